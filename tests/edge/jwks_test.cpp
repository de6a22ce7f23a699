#include "jwks.hpp"

#include <catch2/catch.hpp>

#include "token_fixture.hpp"

using namespace edge;
using edge_test::Issuer;

namespace {

std::string entry(const Issuer& issuer, const std::string& more) {
    const KeyCoordinates& point = issuer.key().coordinates();
    return R"({"x":")" + base64url_encode(point.x) + R"(","y":")" + base64url_encode(point.y) +
           "\"," + more + "}";
}

std::string document(const std::vector<std::string>& entries) {
    std::string text;
    for (const std::string& one : entries)
        text += (text.empty() ? "" : ",") + one;
    return R"({"keys":[)" + text + "]}";
}

}  // namespace

TEST_CASE("our own key document is read back") {
    const Issuer issuer;
    const KeyDocument read = parse_key_set(write_key_set("k1", issuer.key().coordinates()));
    CHECK(read.error.empty());
    CHECK(read.skipped == 0);
    CHECK(read.keys.same_keys(issuer.key_set()));
}

TEST_CASE("only P-256 keys for signatures are kept") {
    const Issuer a;
    const Issuer b;
    const KeyDocument read = parse_key_set(document({
        entry(a, R"("kty":"EC","crv":"P-256","use":"sig","kid":"by-use")"),
        entry(b, R"("kty":"EC","crv":"P-256","alg":"ES256","kid":"by-alg")"),
        entry(a, R"("kty":"EC","crv":"P-256","kid":"neither")"),
        entry(a, R"("kty":"EC","crv":"P-256","use":"enc","kid":"for-encryption")"),
        entry(a, R"("kty":"EC","crv":"P-384","use":"sig","kid":"other-curve")"),
        entry(a, R"("kty":"RSA","crv":"P-256","use":"sig","kid":"rsa")"),
        R"({"kty":"oct","k":"c2VjcmV0","alg":"HS256","kid":"shared-secret"})",
        R"({"kty":"EC","crv":"P-256","use":"sig","kid":"no-point"})",
        R"({"kty":"EC","crv":"P-256","use":"sig","kid":"off-curve","x":"AAAA","y":"AAAA"})",
        "17",
        "null",
    }));
    CHECK(read.error.empty());
    CHECK(read.keys.size() == 2);
    CHECK(read.skipped == 9);
    REQUIRE(read.keys.find("by-use"));
    CHECK(read.keys.find("by-use")->coordinates() == a.key().coordinates());
    REQUIRE(read.keys.find("by-alg"));
    CHECK(read.keys.find("by-alg")->coordinates() == b.key().coordinates());
    CHECK_FALSE(read.keys.find("neither"));
}

TEST_CASE("a key without an id is named by its place") {
    const Issuer a;
    const Issuer b;
    const KeyDocument read =
        parse_key_set(document({entry(a, R"("kty":"EC","crv":"P-256","use":"sig","kid":"k")"),
                                entry(b, R"("kty":"EC","crv":"P-256","use":"sig")")}));
    REQUIRE(read.keys.find("key-1"));
    CHECK(read.keys.find("key-1")->coordinates() == b.key().coordinates());
}

TEST_CASE("without an id the first key is taken, of equal ids the first") {
    const Issuer a("same");
    const Issuer b("same");
    const KeySet keys({a.public_key(), b.public_key()});
    CHECK(keys.size() == 1);
    REQUIRE(keys.find(std::nullopt));
    CHECK(keys.find(std::nullopt)->coordinates() == a.key().coordinates());
    CHECK(KeySet().find(std::nullopt) == nullptr);
}

TEST_CASE("a key set knows its keys by their marks, whatever they are called") {
    const Issuer a;
    const Issuer b;
    const Issuer c("k2");
    const KeySet keys = a.key_set();
    CHECK(keys.holds(mark_of(*keys.find(std::nullopt))));
    CHECK_FALSE(keys.holds(mark_of(*b.key_set().find(std::nullopt))));
    CHECK_FALSE(keys.holds(mark_of(*c.key_set().find(std::nullopt))));
    CHECK_FALSE(keys.holds(KeyMark{}));
    CHECK_FALSE(KeySet().holds(mark_of(*keys.find(std::nullopt))));
}

TEST_CASE("a document that is none says why") {
    const std::string text = GENERATE(as<std::string>{}, "", "[]", "{}", R"({"keys":{}})",
                                      R"({"keys":null})", "<html>", R"({"keys":[)", "\xff\xfe");
    INFO(text);
    const KeyDocument read = parse_key_set(text);
    CHECK_FALSE(read.error.empty());
    CHECK(read.keys.empty());
}

TEST_CASE("a document keeps at most a hundred keys") {
    const Issuer issuer;
    std::vector<std::string> entries;
    for (int i = 0; i < 120; ++i)
        entries.push_back(entry(
            issuer, R"("kty":"EC","crv":"P-256","use":"sig","kid":"k)" + std::to_string(i) + "\""));
    const KeyDocument read = parse_key_set(document(entries));
    CHECK(read.keys.size() == 100);
    CHECK(read.skipped == 20);
}

TEST_CASE("the generation rises only when the keys change") {
    const Issuer a;
    const Issuer b;
    KeyStore store;
    CHECK(store.snapshot().keys == nullptr);
    CHECK(store.replace(a.key_set()));
    const auto first = store.snapshot();
    CHECK_FALSE(store.replace(a.key_set()));
    CHECK(store.snapshot().generation == first.generation);
    CHECK(store.replace(b.key_set()));
    CHECK(store.snapshot().generation > first.generation);
    CHECK(first.keys->same_keys(a.key_set()));
}
