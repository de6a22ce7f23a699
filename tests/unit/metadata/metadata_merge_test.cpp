#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "metadata/metadata.hpp"
#include "whispr/limits.hpp"

using namespace whispr;

TEST_CASE("the patch's keys win, first level only", "[metadata]") {
    CHECK(merge_metadata("{}", "{}") == "{}");
    CHECK(merge_metadata(R"({"a":1})", "{}") == R"({"a":1})");
    CHECK(merge_metadata("{}", R"({"a":1})") == R"({"a":1})");
    CHECK(merge_metadata(R"({"a":1,"b":{"c":1,"d":2}})", R"({"b":{"c":3},"e":null})") ==
          R"({"a":1,"b":{"c":3},"e":null})");
    CHECK(merge_metadata(R"({"n":9007199254740993})", R"({"m":1.50})") ==
          R"({"n":9007199254740993,"m":1.50})");
}

TEST_CASE("a merge that grows too large gives nothing", "[metadata]") {
    const std::string half(limits::metadata_bytes / 2, 'x');
    const auto base = "{\"a\":\"" + half + "\"}";
    CHECK_FALSE(merge_metadata(base, "{\"b\":\"" + half + "\"}"));
    CHECK(merge_metadata(base, "{\"a\":\"" + half + "\"}") == base);
}

TEST_CASE("a field of the first level is found and decoded", "[metadata]") {
    const auto text = R"({"name":"a\"b\u00e9","number":5,"nothing":null,"in":{"deep":"x"}})";
    const auto normal = *normalise_metadata(text);
    REQUIRE(metadata_field(normal, "name"));
    CHECK(metadata_field(normal, "name")->is_string);
    CHECK(metadata_field(normal, "name")->text == "a\"b\u00e9");
    CHECK_FALSE(metadata_field(normal, "number")->is_string);
    CHECK_FALSE(metadata_field(normal, "in")->is_string);
    CHECK_FALSE(metadata_field(normal, "nothing"));
    CHECK_FALSE(metadata_field(normal, "deep"));
    CHECK_FALSE(metadata_field(normal, "missing"));
}

TEST_CASE("a key that needs quoting is found", "[metadata]") {
    const auto normal = *normalise_metadata(R"({"a\"b":"x","\u0007":"y"})");
    CHECK(metadata_field(normal, "a\"b")->text == "x");
    CHECK(metadata_field(normal, "\a")->text == "y");
}

TEST_CASE("a string is set in its place, or at the end", "[metadata]") {
    CHECK(with_metadata_string(R"({"name":1,"b":2})", "name", "n\"n") ==
          R"({"name":"n\"n","b":2})");
    CHECK(with_metadata_string("{}", "name", "") == R"({"name":""})");
    CHECK_FALSE(with_metadata_string("{}", "name", std::string(limits::metadata_bytes, 'x')));
}

TEST_CASE("a string that is not UTF-8 is not set", "[metadata]") {
    for (const auto* bad : {"\xff", "caf\xe9", "\xed\xa0\x80", "\xc0\x80"}) {
        CHECK_FALSE(with_metadata_string("{}", "name", bad));
    }
}

TEST_CASE("damaged metadata is refused or comes out whole", "[metadata]") {
    const std::string seed_text =
        R"({"name":"t\u00e9am","list":[1,2.5e3,{"x":null}],"o":{"p":"q","r":[true,false]}})";
    std::mt19937 random(20260101);
    int accepted = 0;
    for (int round = 0; round < 3'000; ++round) {
        std::string text = seed_text;
        for (int i = 0; i < 3; ++i) {
            const auto at = random() % text.size();
            if (random() % 2 == 0) {
                text[at] = static_cast<char>(random() % 256);
            } else {
                text.erase(at, 1 + random() % 4);
            }
        }
        const auto once = normalise_metadata(text);
        if (!once) continue;
        ++accepted;
        CHECK(normalise_metadata(*once) == once);
        CHECK(merge_metadata(*once, *once) == once);
    }
    CHECK(accepted > 0);
    CHECK(accepted < 3'000);
}
