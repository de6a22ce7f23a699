#include "token_signature.hpp"

#include <catch2/catch.hpp>

#include "token_encoding.hpp"
#include "token_fixture.hpp"

using namespace edge;

namespace {

std::string bytes(std::string_view base64url) {
    return base64url_decode(base64url).value();
}

// RFC 7515 appendix A.3.
const KeyCoordinates rfc_point{bytes("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
                               bytes("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")};
const std::string rfc_text =
    "eyJhbGciOiJFUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlf"
    "Q";
const std::string rfc_signature =
    bytes("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");

}  // namespace

TEST_CASE("the ES256 example of RFC 7515 A.3 verifies") {
    const auto key = VerifyingKey::from_coordinates(rfc_point);
    REQUIRE(key);
    CHECK(key->verifies(rfc_text, rfc_signature));
}

TEST_CASE("a changed text, signature or key does not verify") {
    const auto key = VerifyingKey::from_coordinates(rfc_point);
    REQUIRE(key);
    CHECK_FALSE(key->verifies(rfc_text + "x", rfc_signature));
    for (std::size_t place = 0; place < rfc_signature.size(); place += 9) {
        std::string changed = rfc_signature;
        changed[place] = static_cast<char>(changed[place] ^ 1);
        CHECK_FALSE(key->verifies(rfc_text, changed));
    }
    CHECK_FALSE(edge_test::Issuer().public_key().key.verifies(rfc_text, rfc_signature));
}

TEST_CASE("signatures of other forms do not verify and do no harm") {
    const auto key = VerifyingKey::from_coordinates(rfc_point);
    REQUIRE(key);
    const std::string zeros(64, '\0');
    const std::string ones(64, '\xff');
    CHECK_FALSE(key->verifies(rfc_text, ""));
    CHECK_FALSE(key->verifies(rfc_text, zeros));
    CHECK_FALSE(key->verifies(rfc_text, ones));
    CHECK_FALSE(key->verifies(rfc_text, rfc_signature.substr(0, 63)));
    CHECK_FALSE(key->verifies(rfc_text, rfc_signature + "x"));
    CHECK_FALSE(key->verifies(rfc_text, rfc_signature.substr(0, 32) + std::string(32, '\0')));
}

TEST_CASE("a point that is not on the curve is no key") {
    KeyCoordinates moved = rfc_point;
    moved.y[31] = static_cast<char>(moved.y[31] ^ 1);
    CHECK_FALSE(VerifyingKey::from_coordinates(moved));
    CHECK_FALSE(VerifyingKey::from_coordinates({std::string(32, '\0'), std::string(32, '\0')}));
    CHECK_FALSE(VerifyingKey::from_coordinates({std::string(32, '\xff'), std::string(32, '\xff')}));
    CHECK_FALSE(VerifyingKey::from_coordinates({rfc_point.x.substr(1), rfc_point.y}));
    CHECK_FALSE(VerifyingKey::from_coordinates({rfc_point.x, '\0' + rfc_point.y}));
    CHECK_FALSE(VerifyingKey::from_coordinates({"", ""}));
}

TEST_CASE("a signing key survives its PEM text") {
    const auto key = SigningKey::generate();
    REQUIRE(key);
    const auto again = SigningKey::from_pem(key->to_pem());
    REQUIRE(again);
    CHECK(again->coordinates() == key->coordinates());
    const std::string signature = again->sign("hello");
    CHECK(signature.size() == 64);
    CHECK(VerifyingKey::from_coordinates(key->coordinates())->verifies("hello", signature));
}

TEST_CASE("what is no P-256 private key in PEM form is refused") {
    CHECK_FALSE(SigningKey::from_pem(""));
    CHECK_FALSE(
        SigningKey::from_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"));
    // Ed25519, from RFC 8410 section 10.3.
    CHECK_FALSE(
        SigningKey::from_pem("-----BEGIN PRIVATE KEY-----\n"
                             "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
                             "-----END PRIVATE KEY-----\n"));
}

TEST_CASE("a thumbprint depends on the point alone") {
    CHECK(thumbprint(rfc_point) == thumbprint(KeyCoordinates(rfc_point)));
    CHECK(thumbprint(rfc_point) != thumbprint({rfc_point.y, rfc_point.x}));
    CHECK(thumbprint(rfc_point).size() == 43);
}
