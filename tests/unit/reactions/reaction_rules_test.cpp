#include "reactions/reaction_rules.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "whispr/limits.hpp"

using namespace whispr;

namespace {

std::string repeated(std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i)
        all += text;
    return all;
}

constexpr std::string_view family = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466";
constexpr std::string_view flag = "\U0001f1eb\U0001f1f7";

}  // namespace

TEST_CASE("graphemes are what people count as characters", "[reactions]") {
    CHECK(count_graphemes("") == 0);
    CHECK(count_graphemes("abc") == 3);
    CHECK(count_graphemes("e\u0301") == 1);
    CHECK(count_graphemes("\U0001f44d\U0001f3fd") == 1);
    CHECK(count_graphemes(family) == 1);
    CHECK(count_graphemes(flag) == 1);
    CHECK(count_graphemes(repeated(flag, 3)) == 3);
    CHECK(count_graphemes("\r\n") == 1);
}

TEST_CASE("what is not UTF-8 has no graphemes", "[reactions]") {
    for (const auto* bad : {"\xff", "a\xc3", "\xed\xa0\x80", "\xc0\xaf", "\xf5\x80\x80\x80"}) {
        CHECK_FALSE(count_graphemes(bad));
        CHECK(refuse_reaction(bad) == FieldError{"reaction", "is invalid"});
    }
}

TEST_CASE("a reaction has one to ten graphemes", "[reactions]") {
    CHECK(refuse_reaction("") == FieldError{"reaction", "can't be blank"});
    CHECK(refuse_reaction(" \t\n") == FieldError{"reaction", "can't be blank"});
    CHECK_FALSE(refuse_reaction("a"));
    CHECK_FALSE(refuse_reaction("0123456789"));
    CHECK(refuse_reaction("0123456789a") ==
          FieldError{"reaction", "should be at most 10 character(s)"});
    CHECK_FALSE(refuse_reaction(repeated(family, 10)));
    CHECK(refuse_reaction(repeated(family, 11)));
}

TEST_CASE("a reaction is bounded in bytes, whatever its graphemes are made of", "[reactions]") {
    const std::string zalgo = "a" + repeated("\u0301", 174);
    REQUIRE(count_graphemes(zalgo) == 1);
    CHECK(zalgo.size() == limits::reaction_bytes - 1);
    CHECK_FALSE(refuse_reaction(zalgo));
    CHECK(refuse_reaction(zalgo + "\u0301") ==
          FieldError{"reaction", "should be at most 10 character(s)"});
}

TEST_CASE("a reaction holds no NUL", "[reactions]") {
    CHECK(refuse_reaction(std::string_view("a\0b", 3)) == FieldError{"reaction", "is invalid"});
}
