#include "metadata/metadata.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "whispr/limits.hpp"

using namespace whispr;

namespace {

std::string nested(int depth, char open, char close) {
    std::string text = "{\"a\":";
    text += std::string(static_cast<std::size_t>(depth - 1), open) +
            std::string(static_cast<std::size_t>(depth - 1), close);
    return text + "}";
}

}  // namespace

TEST_CASE("metadata loses its white space and keeps everything else", "[metadata]") {
    CHECK(normalise_metadata("") == "{}");
    CHECK(normalise_metadata("{}") == "{}");
    CHECK(normalise_metadata(" {\n} ") == "{}");
    CHECK(normalise_metadata(" { \"b\" : [ 1 , true,null ] ,\r\n\t\"a\" : { } } ") ==
          R"({"b":[1,true,null],"a":{}})");
}

TEST_CASE("of repeated keys the last wins, in the place of the first", "[metadata]") {
    CHECK(normalise_metadata(R"({"a":1,"b":2,"a":3})") == R"({"a":3,"b":2})");
    CHECK(normalise_metadata(R"({"x":{"a":1,"a":[2]},"y":[{"a":1,"a":2}]})") ==
          R"({"x":{"a":[2]},"y":[{"a":2}]})");
    // Keys are the same when they mean the same.
    CHECK(normalise_metadata(R"({"a":1,"\u0061":2})") == R"({"a":2})");
}

TEST_CASE("numbers keep their digits", "[metadata]") {
    for (const auto* number :
         {"0", "-0", "1", "9007199254740993", "18446744073709551616", "-9223372036854775809",
          "0.10", "1E+2", "1e-7", "123456789012345678901234567890.5", "3.141592653589793238462643",
          "1e400", "-1e-400"}) {
        const std::string text = std::string("{\"n\":") + number + "}";
        CAPTURE(number);
        CHECK(normalise_metadata(text) == text);
    }
}

TEST_CASE("strings keep their characters, whatever they were written as", "[metadata]") {
    CHECK(normalise_metadata(R"({"a":"\u00e9\u4e2d\ud83d\ude00"})") ==
          "{\"a\":\"\u00e9\u4e2d\U0001f600\"}");
    CHECK(normalise_metadata(R"({"a":"\"\\\/\b\f\n\r\t\u0001"})") ==
          R"({"a":"\"\\/\b\f\n\r\t\u0001"})");
    CHECK(normalise_metadata("{\"\u05d0\":\"\u202e\"}") == "{\"\u05d0\":\"\u202e\"}");
}

TEST_CASE("what is no JSON object is no metadata", "[metadata]") {
    for (const auto* bad : {" ",
                            "null",
                            "1",
                            "\"a\"",
                            "[]",
                            "[{}]",
                            "{",
                            "}",
                            "{]",
                            "{\"a\"}",
                            "{\"a\":}",
                            "{a:1}",
                            "{'a':1}",
                            "{\"a\":1,}",
                            "{\"a\":1}{",
                            "{} {}",
                            "{\"a\":01}",
                            "{\"a\":+1}",
                            "{\"a\":.5}",
                            "{\"a\":1.}",
                            "{\"a\":NaN}",
                            "{\"a\":Infinity}",
                            "{\"a\":True}",
                            "{\"a\":\"\n\"}",
                            "{\"a\":\"\\x41\"}",
                            "{/**/}",
                            "{}//",
                            "\xef\xbb\xbf{}",
                            "{\"a\":\"\\u12\"}"}) {
        CAPTURE(bad);
        CHECK_FALSE(normalise_metadata(bad));
    }
    CHECK_FALSE(normalise_metadata(std::string_view("{}\0", 3)));
    CHECK_FALSE(normalise_metadata(std::string_view("{\"a\":\"\0\"}", 9)));
}

TEST_CASE("what is not Unicode is no metadata", "[metadata]") {
    for (const auto* bad :
         {R"({"a":"\ud800"})", R"({"a":"\udc00"})", R"({"a":"\ud800\u0041"})", R"({"\ud800":1})",
          "{\"a\":\"\xff\"}", "{\"a\":\"\xc3\"}", "{\"a\":\"\xed\xa0\x80\"}", "{\"\xc0\xaf\":1}"}) {
        CAPTURE(bad);
        CHECK_FALSE(normalise_metadata(bad));
    }
}

TEST_CASE("metadata with a NUL is refused, because not every database keeps it", "[metadata]") {
    for (const auto* bad : {R"({"a":"\u0000"})", R"({"a\u0000":1})", R"({"a":["x\u0000y"]})"}) {
        CHECK_FALSE(normalise_metadata(bad));
    }
    CHECK_FALSE(with_metadata_string("{}", "name", std::string_view("a\0b", 3)));
}

TEST_CASE("metadata is at most eight deep", "[metadata]") {
    const int most = static_cast<int>(limits::metadata_depth);
    CHECK(normalise_metadata(nested(most, '[', ']')) == nested(most, '[', ']'));
    CHECK_FALSE(normalise_metadata(nested(most + 1, '[', ']')));
    CHECK_FALSE(normalise_metadata(nested(5'000, '[', ']')));
    std::string objects = "1";
    for (int i = 0; i < most; ++i)
        objects = "{\"a\":" + objects + "}";
    CHECK(normalise_metadata(objects) == objects);
    CHECK_FALSE(normalise_metadata("{\"a\":" + objects + "}"));
    CHECK_FALSE(normalise_metadata(std::string(limits::metadata_bytes, '[')));
    std::string unended;
    while (unended.size() + 5 < limits::metadata_bytes)
        unended += "{\"a\":";
    CHECK_FALSE(normalise_metadata(unended));
}

TEST_CASE("metadata has at most sixteen kibibytes, as it comes and as it is stored", "[metadata]") {
    const auto filled = [](std::size_t size) {
        return "{\"a\":\"" + std::string(size - 8, 'x') + "\"}";
    };
    CHECK(normalise_metadata(filled(limits::metadata_bytes)));
    CHECK_FALSE(normalise_metadata(filled(limits::metadata_bytes + 1)));
    // White space counts, because it must be read.
    CHECK_FALSE(normalise_metadata("{}" + std::string(limits::metadata_bytes, ' ')));
}

TEST_CASE("very many keys cost no more than their bytes", "[metadata]") {
    std::string text = "{";
    for (int i = 0; text.size() + 12 < limits::metadata_bytes; ++i) {
        if (i > 0) text += ',';
        text += '"' + std::to_string(i) + "\":0";
    }
    text += '}';
    CHECK(normalise_metadata(text) == text);
    CHECK(merge_metadata(text, text) == text);
    const std::string repeated = text.substr(0, text.size() / 2);
    const auto cut = repeated.substr(0, repeated.rfind(','));
    const auto twice = cut + "," + cut.substr(1) + "}";
    CHECK(normalise_metadata(twice) == cut + "}");
}
