#include "authenticator.hpp"

#include <catch2/catch.hpp>

#include "token_fixture.hpp"

using namespace edge;
using namespace std::chrono_literals;
using edge_test::alice;
using edge_test::Issuer;
using edge_test::noon;

namespace {

struct Fixture {
    Issuer issuer;
    KeyStore keys;
    int unknown_keys = 0;
    Authenticator authenticator;

    explicit Fixture(std::vector<std::string> proxies = {})
        : authenticator(keys, {{}, TrustedProxies::parse(proxies).value(), 1'000, [this] {
                                   ++unknown_keys;
                               }}) {
        keys.replace(issuer.key_set());
    }

    Authentication check(std::string_view token, TokenUse use = TokenUse::rest) {
        return authenticator.authenticate_token(token, use, noon);
    }

    Authentication request(std::vector<std::string_view> authorization,
                           std::vector<std::string_view> user_id = {},
                           std::string_view peer = "203.0.113.9") {
        return authenticator.authenticate({authorization, user_id, peer}, noon);
    }
};

bool is_alice(const Authentication& result) {
    const auto* identity = std::get_if<Identity>(&result);
    return identity != nullptr && identity->user_id == alice;
}

}  // namespace

TEST_CASE("a good token identifies its user") {
    Fixture fixture;
    const auto result = fixture.check(fixture.issuer.good_token(R"(,"deviceId":"d1")"));
    CHECK(result == Authentication{Identity{alice, "d1", noon + 1h}});
}

TEST_CASE("a token of another key with the same id is refused") {
    Fixture fixture;
    const Issuer stranger;
    CHECK(fixture.check(stranger.good_token()) == Authentication{Refusal::bad_signature});
    CHECK(fixture.unknown_keys == 0);
}

TEST_CASE("claims that were changed after signing are refused") {
    Fixture fixture;
    const std::string good = fixture.issuer.good_token();
    const std::string other =
        fixture.issuer.token(R"({"sub":"bbbbbbbb-1111-4111-8111-111111111111","exp":1800003600})");
    const std::string mixed = other.substr(0, other.rfind('.')) + good.substr(good.rfind('.'));
    CHECK(fixture.check(mixed) == Authentication{Refusal::bad_signature});
}

TEST_CASE("the public key as a shared secret opens nothing") {
    Fixture fixture;
    const std::string header = R"({"alg":"HS256","kid":"k1"})";
    const std::string claims = R"({"sub":")" + alice + R"(","exp":1800003600})";
    CHECK(fixture.check(fixture.issuer.sign(header, claims)) == Authentication{Refusal::malformed});
}

TEST_CASE("an unknown key is refused and reported") {
    Fixture fixture;
    const Issuer other("k2");
    CHECK(fixture.check(other.good_token()) == Authentication{Refusal::unknown_key});
    CHECK(fixture.unknown_keys == 1);
}

TEST_CASE("a token without a key id is checked with the first key") {
    Fixture fixture;
    CHECK(is_alice(fixture.check(fixture.issuer.sign(
        R"({"alg":"ES256"})", R"({"sub":")" + alice + R"(","exp":1800003600})"))));
}

TEST_CASE("while no keys are loaded tokens are refused for that reason") {
    const Issuer issuer;
    KeyStore keys;
    Authenticator authenticator(keys, {});
    CHECK_FALSE(authenticator.ready());
    CHECK(authenticator.authenticate_token(issuer.good_token(), TokenUse::socket, noon) ==
          Authentication{Refusal::keys_not_loaded});
    CHECK(authenticator.authenticate_token("", TokenUse::socket, noon) ==
          Authentication{Refusal::missing});
    keys.replace(issuer.key_set());
    CHECK(authenticator.ready());
    CHECK(is_alice(authenticator.authenticate_token(issuer.good_token(), TokenUse::socket, noon)));
}

TEST_CASE("an expired token with an unknown key does not make us fetch keys") {
    Fixture fixture;
    const Issuer other("k2");
    CHECK(fixture.check(other.token(R"({"sub":")" + alice + R"(","exp":1700000000})")) ==
          Authentication{Refusal::expired});
    CHECK(fixture.unknown_keys == 0);
}

TEST_CASE("a token is checked once and then remembered") {
    Fixture fixture;
    const std::string token = fixture.issuer.good_token();
    CHECK(is_alice(fixture.check(token)));
    CHECK(is_alice(fixture.check(token)));
    CHECK(fixture.authenticator.counts().cache_hits == 1);
    CHECK(fixture.authenticator.counts().cache_misses == 1);
}

TEST_CASE("a remembered token ends with its own time") {
    Fixture fixture;
    const std::string token = fixture.issuer.good_token();
    REQUIRE(is_alice(fixture.check(token)));
    CHECK(fixture.authenticator.authenticate_token(token, TokenUse::rest, noon + 2h) ==
          Authentication{Refusal::expired});
}

TEST_CASE("a token remembered from a socket is no REST token") {
    Fixture fixture;
    const std::string token = fixture.issuer.good_token(R"(,"aud":"ws")");
    CHECK(is_alice(fixture.check(token, TokenUse::socket)));
    CHECK(fixture.check(token, TokenUse::rest) == Authentication{Refusal::wrong_audience});
}

TEST_CASE("a remembered token is refused when its key is taken away") {
    Fixture fixture;
    const std::string token = fixture.issuer.good_token();
    REQUIRE(is_alice(fixture.check(token)));
    fixture.keys.replace(Issuer("k2").key_set());
    CHECK(fixture.check(token) == Authentication{Refusal::unknown_key});
}

TEST_CASE("the key of a token is the one in force that it names") {
    Fixture fixture;
    const std::string token = fixture.issuer.good_token();
    const auto keys = fixture.authenticator.keys();
    CHECK(keys.keys->holds(fixture.authenticator.key_of(token)));
    fixture.keys.replace(Issuer("k2").key_set());
    CHECK(fixture.authenticator.key_of(token) == edge::KeyMark{});
    CHECK(fixture.authenticator.keys().generation > keys.generation);
    CHECK(fixture.authenticator.key_of("no token") == edge::KeyMark{});
}

TEST_CASE("the authorization header has one form") {
    Fixture fixture;
    const std::string token = fixture.issuer.good_token();
    const std::string good = "Bearer " + token;
    CHECK(is_alice(fixture.request({good})));
    CHECK(fixture.request({}) == Authentication{Refusal::missing});
    for (const std::string& value :
         {"bearer " + token, "Bearer  " + token, "Bearer\t" + token, token, std::string("Bearer "),
          std::string("Bearer"), std::string(), "Basic " + token, good + " ", good + "," + good}) {
        INFO(value.substr(0, 12));
        CHECK(fixture.request({value}) == Authentication{Refusal::malformed});
    }
    CHECK(fixture.request({good, good}) == Authentication{Refusal::malformed});
}

TEST_CASE("x-user-id from anyone but a trusted proxy is as if absent") {
    Fixture nobody_trusted;
    const std::string bob = "bbbbbbbb-1111-4111-8111-111111111111";
    CHECK(nobody_trusted.request({}, {bob}, "127.0.0.1") == Authentication{Refusal::missing});
    Fixture fixture({"10.0.0.0/8"});
    CHECK(fixture.request({}, {bob}, "11.0.0.1") == Authentication{Refusal::missing});
    CHECK(is_alice(fixture.request({"Bearer " + fixture.issuer.good_token()}, {bob}, "11.0.0.1")));
}

TEST_CASE("x-user-id from a trusted proxy names the user") {
    Fixture fixture({"10.0.0.0/8"});
    const std::string bearer = "Bearer " + fixture.issuer.good_token();
    const std::string bob = "bbbbbbbb-1111-4111-8111-111111111111";
    CHECK(fixture.request({bearer}, {"BBBBBBBB-1111-4111-8111-111111111111"}, "10.1.2.3") ==
          Authentication{Identity{bob, std::nullopt, std::nullopt}});
    CHECK(is_alice(fixture.request({bearer}, {""}, "10.1.2.3")));
    CHECK(fixture.request({bearer}, {"bob"}, "10.1.2.3") == Authentication{Refusal::malformed});
    CHECK(fixture.request({bearer}, {bob, bob}, "10.1.2.3") == Authentication{Refusal::malformed});
}
