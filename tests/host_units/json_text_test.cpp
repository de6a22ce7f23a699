#include "edge/json/text.hpp"

#include <catch2/catch.hpp>

#include "edge/json/document.hpp"

using namespace edge::json;

namespace {

std::string text(std::string_view given) {
    std::string out;
    write_text(out, given);
    return out;
}

}  // namespace

TEST_CASE("text passes as it is but for what JSON must escape") {
    CHECK(text("") == R"("")");
    CHECK(text("hello") == R"("hello")");
    CHECK(text("héllo 😀 </script>") == R"("héllo 😀 </script>")");
    CHECK(text("a\"b\\c") == R"("a\"b\\c")");
    CHECK(text("line\nnext\r\ttab") == R"("line\nnext\r\ttab")");
    CHECK(text(std::string_view("\0\x1f\x7f", 3)) == "\"\\u0000\\u001f\x7f\"");
}

TEST_CASE("a special character is found at every place of a long text") {
    for (std::size_t at = 0; at < 40; ++at) {
        std::string given(40, 'x');
        given[at] = '"';
        const std::string expected =
            "\"" + given.substr(0, at) + "\\\"" + given.substr(at + 1) + "\"";
        CHECK(text(given) == expected);
    }
}

TEST_CASE("what was written is read back unchanged") {
    std::string all;
    for (int byte = 0; byte < 128; ++byte)
        all += static_cast<char>(byte);
    all += "é漢😀";
    Document document;
    REQUIRE(document.read(text(all)));
    CHECK(document.root().text == all);
}

TEST_CASE("content that is not UTF-8 is written as base64") {
    std::string out;
    write_content(out, "plain");
    CHECK(out == R"("plain")");
    out.clear();
    write_content(out, "\xff\xfe");
    CHECK(out == R"("//4=")");
    out.clear();
    write_content(out, "\xff\xfe\xfd");
    CHECK(out == R"("//79")");
    out.clear();
    write_content(out, "\xff");
    CHECK(out == R"("/w==")");
}

TEST_CASE("times carry microseconds and Z") {
    using namespace std::chrono;
    std::string out;
    write(out, whispr::Time(sys_days(year(2026) / 4 / 18)) + hours(12) + microseconds(123456));
    CHECK(out == R"("2026-04-18T12:00:00.123456Z")");
    out.clear();
    write(out,
          whispr::Time(sys_days(year(1969) / 12 / 31)) + hours(23) + minutes(59) + seconds(59));
    CHECK(out == R"("1969-12-31T23:59:59.000000Z")");
}

TEST_CASE("numbers are written in full") {
    std::string out;
    write_number(out, std::int64_t{-9'223'372'036'854'775'807LL - 1});
    CHECK(out == "-9223372036854775808");
    out.clear();
    write_number(out, 3.14159, 2);
    CHECK(out == "3.14");
}
