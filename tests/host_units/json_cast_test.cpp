#include "edge/json/cast.hpp"

#include <catch2/catch.hpp>

#include "edge/json/text.hpp"

using namespace edge::json;

namespace {

// The value of the member `v` in a document that stays alive until the next call.
Value value(std::string_view json) {
    static Document document;
    REQUIRE(document.read("{\"v\":" + std::string(json) + "}"));
    return document.root().find("v");
}

std::string iso(std::string_view text) {
    const auto time = parse_time(text);
    if (!time) return "nothing";
    std::string out;
    write(out, *time);
    return out;
}

}  // namespace

TEST_CASE("integers may come as numbers and as digit strings") {
    CHECK(to_integer(value("5")).value == 5);
    CHECK(to_integer(value("-7")).value == -7);
    CHECK(to_integer(value("\"309703012\"")).value == 309703012);
    CHECK(to_integer(value("9007199254740993")).value == 9007199254740993);
    CHECK(to_integer(value("9223372036854775807")).value == 9223372036854775807);
    CHECK(to_integer(value("9223372036854775808")).wrong);
    for (const char* json : {"1.5", "1e3", "\"abc\"", "\"12abc\"", "\" 5\"", "true", "[]", "{}"}) {
        INFO(json);
        CHECK(to_integer(value(json)).wrong);
    }
    CHECK(to_integer(value("null")).absent());
    CHECK(to_integer(Value{}).absent());
}

TEST_CASE("booleans may come as strings") {
    CHECK(to_bool(value("true")).value == true);
    CHECK(to_bool(value("\"1\"")).value == true);
    CHECK(to_bool(value("\"false\"")).value == false);
    CHECK(to_bool(value("\"0\"")).value == false);
    CHECK(to_bool(value("\"yes\"")).wrong);
    CHECK(to_bool(value("1")).wrong);
    CHECK(to_bool(value("null")).absent());
}

TEST_CASE("strings are strings and nothing else") {
    CHECK(to_text(value("\"  \"")).value == "  ");
    CHECK(to_text(value("\"\"")).value == "");
    CHECK(to_text(value("5")).wrong);
    CHECK(to_text(value("{}")).wrong);
    CHECK(to_text(value("null")).absent());
}

TEST_CASE("ids are UUIDs in either case") {
    CHECK(to_uuid(value("\"DDD46B35-10e5-49f8-8951-c9e5b2bc18c3\"")).value->to_string() ==
          "ddd46b35-10e5-49f8-8951-c9e5b2bc18c3");
    CHECK(to_uuid(value("\"zz\"")).wrong);
    CHECK(to_uuid(value("5")).wrong);
}

TEST_CASE("objects are given on as text") {
    CHECK(to_object(value("{\"a\":1}")).value == "{\"a\":1}");
    CHECK(to_object(value("[]")).wrong);
    CHECK(to_object(value("\"x\"")).wrong);
    CHECK(to_object(value("null")).absent());
}

TEST_CASE("times may have an offset, a fraction, a blank") {
    CHECK(iso("2026-04-18T12:00:00Z") == R"("2026-04-18T12:00:00.000000Z")");
    CHECK(iso("2026-04-18 12:00:00") == R"("2026-04-18T12:00:00.000000Z")");
    CHECK(iso("2030-01-01T00:00:00.123456+02:00") == R"("2029-12-31T22:00:00.123456Z")");
    CHECK(iso("2030-01-01T00:00:00.1234567890-0130") == R"("2030-01-01T01:30:00.123456Z")");
    CHECK(iso("2024-02-29T23:59:59.5Z") == R"("2024-02-29T23:59:59.500000Z")");
}

TEST_CASE("what is no time is refused") {
    for (const char* text :
         {"", "yesterday", "2026-04-18", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
          "2026-04-18T24:00:00Z", "2026-04-18T12:60:00Z", "2026-04-18T12:00:60Z",
          "2026-04-18T12:00:00.Z", "2026-04-18T12:00:00+", "2026-04-18T12:00:00+25:00",
          "2026-04-18T12:00:00Zx", "26-04-18T12:00:00Z", "2026-4-18T12:00:00Z"}) {
        INFO(text);
        CHECK_FALSE(parse_time(text).has_value());
    }
}
