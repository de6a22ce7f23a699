#include "ed25519_verifier.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace {

const edge::Ed25519Verifier verifier;

// RFC 8032 §7.1, test 3.
const std::string message = "\xaf\x82";
const std::string signature =
    "YpHWV97sJAJIJ+acOr4BowzlSKKEdDpEXjaA19taw6wY/5tTjRbykK5n92CYTcZZSnwV6XFu0o3AJ77O6h7ECg==";
const std::string public_key = "/FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU=";

std::string with(std::string text, std::size_t at, char letter) {
    text[at] = letter;
    return text;
}

}  // namespace

TEST_CASE("signatures of RFC 8032 hold", "[signature]") {
    CHECK(verifier.verify(
        "",
        "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw==",
        "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="));
    CHECK(verifier.verify(
        "\x72",
        "kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadoIWsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMAA==",
        "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw="));
    CHECK(verifier.verify(message, signature, public_key));
}

TEST_CASE("a signature of other bytes, by another key, or with a bit changed does not hold",
          "[signature]") {
    CHECK_FALSE(verifier.verify(message + "x", signature, public_key));
    CHECK_FALSE(verifier.verify("", signature, public_key));
    CHECK_FALSE(
        verifier.verify(message, signature, "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="));
    CHECK_FALSE(verifier.verify(message, with(signature, 0, 'Z'), public_key));
    CHECK_FALSE(verifier.verify(message, with(signature, 85, 'Q'), public_key));
}

TEST_CASE("a signature or key that is no base64 of its length does not hold", "[signature]") {
    CHECK_FALSE(verifier.verify(message, "", public_key));
    CHECK_FALSE(verifier.verify(message, signature, ""));
    CHECK_FALSE(verifier.verify(message, "AAAA", public_key));
    CHECK_FALSE(verifier.verify(message, signature, "AAAA"));
    CHECK_FALSE(verifier.verify(message, "!!!", "???"));
    CHECK_FALSE(verifier.verify(message, public_key, signature));
    CHECK_FALSE(verifier.verify(message, with(signature, 3, '-'), public_key));
    CHECK_FALSE(verifier.verify(message, signature + "\n", public_key));
}

TEST_CASE("a signature or key without its padding does not hold", "[signature]") {
    CHECK_FALSE(verifier.verify(message, signature.substr(0, 86), public_key));
    CHECK_FALSE(verifier.verify(message, signature.substr(0, 87), public_key));
    CHECK_FALSE(verifier.verify(message, signature, public_key.substr(0, 43)));
    CHECK_FALSE(verifier.verify(message, signature, public_key.substr(0, 43) + "A"));
}

TEST_CASE("another spelling of the same key or signature does not hold", "[signature]") {
    // The last character before the padding has bits that no byte needs.
    CHECK_FALSE(verifier.verify(message, signature, with(public_key, 42, 'V')));
    CHECK_FALSE(verifier.verify(message, with(signature, 85, 'h'), public_key));
}
