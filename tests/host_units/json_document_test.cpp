#include "edge/json/document.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace edge::json;

TEST_CASE("a document gives the values of nested objects and arrays") {
    Document document;
    REQUIRE(document.read(R"({"a":1,"b":{"c":[true,null,"x"]},"d":-2.5e3})"));
    const Value root = document.root();
    CHECK(root.kind == Kind::object);
    CHECK(root.find("a").kind == Kind::number);
    CHECK(root.find("a").text == "1");
    CHECK(root.find("d").text == "-2.5e3");
    const auto elements = root.find("b").find("c").elements();
    REQUIRE(elements.size() == 3);
    CHECK(elements[0].kind == Kind::boolean);
    CHECK(elements[1].kind == Kind::null);
    CHECK(elements[2].text == "x");
    CHECK(root.find("b").text == R"({"c":[true,null,"x"]})");
    CHECK(root.find("nothing").kind == Kind::absent);
    CHECK_FALSE(root.find("nothing").given());
}

TEST_CASE("the text of an object is as it was sent, blanks included") {
    Document document;
    REQUIRE(document.read(R"( { "metadata" : { "a" : 1.0 , "b":"\u00e9" }  , "z":0 } )"));
    CHECK(document.root().find("metadata").text == R"({ "a" : 1.0 , "b":"\u00e9" })");
}

TEST_CASE("of duplicate keys the last one counts") {
    Document document;
    REQUIRE(document.read(R"({"a":1,"a":2,"\u0061":3})"));
    CHECK(document.root().find("a").text == "3");
}

TEST_CASE("numbers are kept digit by digit") {
    Document document;
    for (const char* digits :
         {"9007199254740993", "123456789012345678901234567890", "1e400", "-0", "0.10", "1E+2"}) {
        INFO(digits);
        REQUIRE(document.read(digits));
        CHECK(document.root().kind == Kind::number);
        CHECK(document.root().text == digits);
    }
    for (const char* text : {"-", "+1", "00", ".5", "1.e2", "1e", "0x1", "NaN", "Infinity"}) {
        INFO(text);
        CHECK_FALSE(document.read(text));
    }
}

TEST_CASE("escapes in keys and strings are resolved") {
    Document document;
    REQUIRE(document.read(R"({"k\n":"\u00e9\ud83d\ude00"})"));
    CHECK(document.root().find("k\n").text == "é😀");
}

TEST_CASE("scalars are documents too") {
    Document document;
    for (const char* text : {"5", "\"x\"", "true", "null", " 5 "})
        CHECK(document.read(text));
}

TEST_CASE("what is not JSON is refused") {
    Document document;
    for (const char* text : {"",
                             " ",
                             "{",
                             "}",
                             "{\"a\"",
                             "{\"a\":}",
                             "{\"a\":1,}",
                             "[1 2]",
                             "[1,]",
                             "{} x",
                             "[1]]",
                             "tru",
                             "nul",
                             "01",
                             "1.",
                             "{\"a\":tru}",
                             "{\"x\":{\"b\":nul}}",
                             "{a:1}",
                             "'x'",
                             "[\"\x01\"]",
                             "\"\\x\"",
                             "[\"\xff\"]"}) {
        INFO(text);
        CHECK_FALSE(document.read(text));
        CHECK(document.root().kind == Kind::absent);
    }
}

TEST_CASE("lone surrogates are refused wherever they stand") {
    Document document;
    for (const char* text : {R"(["\ud800"])", R"(["\udc00"])", R"(["\ud800\u0041"])",
                             R"({"\ud800":1})", R"({"m":{"deep":["\udfff"]}})"}) {
        INFO(text);
        CHECK_FALSE(document.read(text));
    }
    CHECK(document.read(R"(["\ud83d\ude00"])"));
}

TEST_CASE("what is nested very deeply is kept as text, unread") {
    Document document;
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    for (const std::size_t depth : {32UL, 33UL, 2'000UL, 100'000UL}) {
        INFO(depth);
        REQUIRE(document.read("{\"deep\":" + nested(depth) + ",\"next\":1}"));
        CHECK(document.root().find("deep").text == nested(depth));
        CHECK(document.root().find("next").text == "1");
    }
    CHECK_FALSE(document.read(std::string(100'000, '[')));
    CHECK_FALSE(document.read(nested(40) + "]"));
}

TEST_CASE("the number of values is bounded") {
    Document document;
    std::string many = "[0";
    for (int i = 0; i < 100'000; ++i)
        many += ",0";
    CHECK_FALSE(document.read(many + "]"));
}

TEST_CASE("a document is used again after a refusal and after a large text") {
    Document document;
    CHECK_FALSE(document.read("{"));
    const std::string large = "\"" + std::string(3'000'000, 'x') + "\"";
    REQUIRE(document.read(large));
    CHECK(document.root().text.size() == 3'000'000);
    REQUIRE(document.read("[1]"));
    CHECK(document.root().elements().size() == 1);
}
