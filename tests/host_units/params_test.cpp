#include "rest/params.hpp"

#include <catch2/catch.hpp>

using namespace whisprd::rest;
using edge::json::Document;
using edge::json::Kind;

TEST_CASE("a query is split and decoded") {
    const auto pairs = parse_pairs("a=1&b=c+d%20e&&flag&x=%zz&n=%C3%A9");
    REQUIRE(pairs.has_value());
    CHECK(*pairs == Pairs{{"a", "1"}, {"b", "c d e"}, {"flag", ""}, {"x", "%zz"}, {"n", "é"}});
    CHECK(parse_pairs("")->empty());
    CHECK_FALSE(parse_pairs("q=%ff").has_value());
}

TEST_CASE("a segment is decoded strictly") {
    CHECK(decode_segment("%F0%9F%91%8D") == "👍");
    CHECK(decode_segment("a+b") == "a+b");
    for (const char* bad : {"%zz", "%", "%f", "%00", "%ff"})
        CHECK_FALSE(decode_segment(bad).has_value());
}

TEST_CASE("the body beats the query, and null in the body is there") {
    Document document;
    REQUIRE(document.read(R"({"a":"body","n":null})"));
    const Params params(*parse_pairs("a=query&b=query&n=query"), {}, document.root());
    CHECK(params.find("a").text == "body");
    CHECK(params.find("b").text == "query");
    CHECK(params.find("n").kind == Kind::null);
    CHECK(params.find("c").kind == Kind::absent);
    CHECK(params.query("a") == "query");
}

TEST_CASE("fields may be nested under a name") {
    Document document;
    REQUIRE(document.read(R"({"content":"outside","message":{"content":"inside"}})"));
    const Params params({}, {}, document.root());
    CHECK(params.under("message").find("content").text == "inside");
    CHECK(params.under("other").find("content").text == "outside");
}
