#include "token_encoding.hpp"

#include <catch2/catch.hpp>

using edge::base64url_decode;
using edge::base64url_encode;
using edge::canonical_uuid;

TEST_CASE("base64url gives back every byte string it was given") {
    std::string bytes;
    for (int length = 0; length < 260; ++length) {
        CHECK(base64url_decode(base64url_encode(bytes)) == bytes);
        bytes.push_back(static_cast<char>(length * 7));
    }
}

TEST_CASE("base64url uses the alphabet of RFC 4648 section 5 without padding") {
    CHECK(base64url_encode("") == "");
    CHECK(base64url_encode("f") == "Zg");
    CHECK(base64url_encode("fo") == "Zm8");
    CHECK(base64url_encode("foo") == "Zm9v");
    CHECK(base64url_encode("\xfb\xff\xfe") == "-__-");
}

TEST_CASE("base64url refuses what has another spelling") {
    const std::string text =
        GENERATE(as<std::string>{}, "Zg==", "Zg=", "Z", "Zm9vZ", "Zh", "Zm9", "Z g", "Zg\n", "+A",
                 "/w", "Zm9v.", std::string("Zg\0", 3), "\xc3\xa9");
    INFO(text);
    CHECK_FALSE(base64url_decode(text).has_value());
}

TEST_CASE("a UUID is put in lower case") {
    CHECK(canonical_uuid("AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEF") ==
          "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeef");
}

TEST_CASE("what is not a UUID in its long form is none") {
    const std::string text =
        GENERATE(as<std::string>{}, "", "x", "aaaaaaaabbbb4ccc8dddeeeeeeeeeeef",
                 "{aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeee}", "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeeg",
                 "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeeff", "aaaaaaaabbbbb-4ccc-8ddd-eeeeeeeeeeef",
                 " aaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeef");
    INFO(text);
    CHECK_FALSE(canonical_uuid(text).has_value());
}
