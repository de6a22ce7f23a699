#include "secret.hpp"

#include <catch2/catch.hpp>

TEST_CASE("a secret is itself, whole, and nothing else", "[secret]") {
    CHECK(edge::is_secret("abc", "abc"));
    CHECK_FALSE(edge::is_secret("abd", "abc"));
    CHECK_FALSE(edge::is_secret("ABC", "abc"));
    CHECK_FALSE(edge::is_secret("ab", "abc"));
    CHECK_FALSE(edge::is_secret("abcd", "abc"));
    CHECK_FALSE(edge::is_secret("", "abc"));
}

TEST_CASE("no secret lets nobody in", "[secret]") {
    CHECK_FALSE(edge::is_secret("", ""));
    CHECK_FALSE(edge::is_secret("abc", ""));
}
