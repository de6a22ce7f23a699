#include "token.hpp"

#include <catch2/catch.hpp>

#include "token_fixture.hpp"

using namespace edge;
using namespace std::chrono_literals;
using edge_test::alice;
using edge_test::noon;

namespace {

std::string joined(const std::string& header, const std::string& claims,
                   const std::string& signature = std::string(64, 's')) {
    return base64url_encode(header) + "." + base64url_encode(claims) + "." +
           base64url_encode(signature);
}

const std::string good_header = R"({"alg":"ES256","typ":"JWT","kid":"k1"})";
const std::string good_claims =
    R"({"sub":"aaaaaaaa-1111-4111-8111-111111111111","exp":1800003600})";

std::string nested(int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']');
}

std::string with_claims(const std::string& more) {
    return joined(good_header, good_claims.substr(0, good_claims.size() - 1) + "," + more + "}");
}

struct Hostile {
    std::string what;
    std::string token;
};

std::vector<Hostile> hostile_tokens() {
    const std::string good = joined(good_header, good_claims);
    const auto header = [](const std::string& text) { return joined(text, good_claims); };
    const auto claims = [](const std::string& text) { return joined(good_header, text); };
    return {
        {"no dot", "abc"},
        {"one dot", "abc.def"},
        {"only dots", ".."},
        {"four parts", good + ".AAAA"},
        {"a space in front", " " + good},
        {"a line end behind", good + "\n"},
        {"padding", good + "=="},
        {"standard base64", joined(good_header, good_claims, std::string(64, '\xff'))
                                .replace(good.size() - 86, 1, "/")},
        {"no signature", good.substr(0, good.rfind('.') + 1)},
        {"short signature", joined(good_header, good_claims, std::string(63, 's'))},
        {"DER signature", joined(good_header, good_claims, std::string(70, '0'))},
        {"alg none", header(R"({"alg":"none"})")},
        {"alg none without signature",
         base64url_encode(R"({"alg":"none"})") + "." + base64url_encode(good_claims) + "."},
        {"alg HS256", header(R"({"alg":"HS256","kid":"k1"})")},
        {"alg ES384", header(R"({"alg":"ES384","kid":"k1"})")},
        {"alg es256", header(R"({"alg":"es256","kid":"k1"})")},
        {"alg with a NUL", header("{\"alg\":\"ES256\\u0000\"}")},
        {"alg a list", header(R"({"alg":["ES256"]})")},
        {"no alg", header(R"({"kid":"k1"})")},
        {"two algs", header(R"({"alg":"none","alg":"ES256"})")},
        {"two algs, one spelled with an escape", header(R"({"al\u0067":"none","alg":"ES256"})")},
        {"kid a number", header(R"({"alg":"ES256","kid":1})")},
        {"kid without end", header(R"({"alg":"ES256","kid":")" + std::string(300, 'k') + "\"}")},
        {"crit", header(R"({"alg":"ES256","crit":["b64"],"b64":false})")},
        {"header a list", header(R"(["ES256"])")},
        {"header a text", header(R"("ES256")")},
        {"header empty", header("")},
        {"header cut", header(R"({"alg":"ES256")")},
        {"header with something behind", header(R"({"alg":"ES256"} x)")},
        {"header not UTF-8", header("{\"alg\":\"ES256\",\"x\":\"\xff\"}")},
        {"claims empty", claims("")},
        {"claims null", claims("null")},
        {"claims a list", claims("[]")},
        {"no sub", claims(R"({"exp":1800003600})")},
        {"no exp", claims(R"({"sub":"aaaaaaaa-1111-4111-8111-111111111111"})")},
        {"sub no UUID", claims(R"({"sub":"alice","exp":1800003600})")},
        {"sub empty", claims(R"({"sub":"","exp":1800003600})")},
        {"sub a number", claims(R"({"sub":1,"exp":1800003600})")},
        {"sub twice", with_claims(R"("sub":"bbbbbbbb-1111-4111-8111-111111111111")")},
        {"exp twice", with_claims(R"("exp":1900000000)")},
        {"a nested key twice", with_claims(R"("x":{"a":[{"b":1,"b":2}]})")},
        {"exp a text",
         claims(R"({"sub":"aaaaaaaa-1111-4111-8111-111111111111","exp":"1800003600"})")},
        {"exp null", claims(R"({"sub":"aaaaaaaa-1111-4111-8111-111111111111","exp":null})")},
        {"exp negative", claims(R"({"sub":"aaaaaaaa-1111-4111-8111-111111111111","exp":-1})")},
        {"exp beyond every calendar",
         claims(R"({"sub":"aaaaaaaa-1111-4111-8111-111111111111","exp":1e30})")},
        {"exp 2^64",
         claims(R"({"sub":"aaaaaaaa-1111-4111-8111-111111111111","exp":18446744073709551616})")},
        {"exp infinite", claims(R"({"sub":"aaaaaaaa-1111-4111-8111-111111111111","exp":1e999})")},
        {"nbf a text", with_claims(R"("nbf":"now")")},
        {"iss a list", with_claims(R"("iss":["whispr-auth"])")},
        {"aud a number", with_claims(R"("aud":1)")},
        {"aud a list with a number", with_claims(R"("aud":["whispr",1])")},
        {"deep nesting", with_claims("\"x\":" + nested(100))},
        {"very deep nesting", with_claims("\"x\":" + nested(2500))},
        {"too long", joined(good_header, good_claims + std::string(max_token_bytes, ' '))},
    };
}

Claims claims_of(const std::string& token) {
    auto parsed = parse_token(token);
    REQUIRE(std::holds_alternative<ParsedToken>(parsed));
    return std::get<ParsedToken>(parsed).claims;
}

}  // namespace

TEST_CASE("a token is taken apart") {
    const std::string token = joined(
        good_header,
        R"({"sub":"AAAAAAAA-1111-4111-8111-111111111111","exp":1800003600.9,"deviceId":"phone-1","nbf":1799999999,"iss":"whispr-auth","aud":["a","whispr"],"scope":{"x":[1]}})");
    auto parsed = parse_token(token);
    REQUIRE(std::holds_alternative<ParsedToken>(parsed));
    const auto& parts = std::get<ParsedToken>(parsed);
    CHECK(parts.key_id == "k1");
    CHECK(parts.signature == std::string(64, 's'));
    CHECK(parts.signed_text == token.substr(0, token.rfind('.')));
    CHECK(parts.claims.user_id == alice);
    CHECK(parts.claims.device_id == "phone-1");
    CHECK(parts.claims.expires_at.time_since_epoch() == 1'800'003'600s);
    CHECK(parts.claims.not_before->time_since_epoch() == 1'799'999'999s);
    CHECK(parts.claims.issuer == "whispr-auth");
    CHECK(parts.claims.audience == std::vector<std::string>{"a", "whispr"});
}

TEST_CASE("no token at all is missing, not malformed") {
    CHECK(std::get<Refusal>(parse_token("")) == Refusal::missing);
}

TEST_CASE("every hostile token is malformed") {
    REQUIRE(std::holds_alternative<ParsedToken>(parse_token(joined(good_header, good_claims))));
    for (const Hostile& hostile : hostile_tokens()) {
        INFO(hostile.what);
        const auto parsed = parse_token(hostile.token);
        REQUIRE(std::holds_alternative<Refusal>(parsed));
        CHECK(std::get<Refusal>(parsed) == Refusal::malformed);
    }
}

TEST_CASE("no beginning of a good token is a good token") {
    const std::string good = joined(good_header, good_claims);
    for (std::size_t length = 1; length < good.size(); ++length) {
        CHECK(std::holds_alternative<Refusal>(parse_token(good.substr(0, length))));
    }
}

TEST_CASE("a device id that cannot be used is left out and costs nothing") {
    CHECK(claims_of(with_claims(R"("deviceId":"phone-1")")).device_id == "phone-1");
    CHECK_FALSE(claims_of(with_claims(R"("deviceId":7)")).device_id);
    CHECK_FALSE(claims_of(with_claims(R"("deviceId":"")")).device_id);
    CHECK_FALSE(claims_of(with_claims(R"("deviceId":"a\nb")")).device_id);
    CHECK_FALSE(claims_of(with_claims("\"deviceId\":\"" + std::string(129, 'd') + "\"")).device_id);
}

TEST_CASE("a token is valid until thirty seconds after its end") {
    const Claims claims = claims_of(joined(good_header, good_claims));
    const TokenRules rules;
    const auto end = noon + 1h;
    CHECK(std::holds_alternative<Identity>(judge(claims, rules, TokenUse::rest, noon)));
    CHECK(std::holds_alternative<Identity>(judge(claims, rules, TokenUse::rest, end + 30s - 1ms)));
    CHECK(judge(claims, rules, TokenUse::rest, end + 30s) == Authentication{Refusal::expired});
}

TEST_CASE("a token is not valid more than thirty seconds before its beginning") {
    const Claims claims = claims_of(with_claims(R"("nbf":1800000000)"));
    CHECK(judge(claims, {}, TokenUse::rest, noon - 31s) == Authentication{Refusal::not_yet_valid});
    CHECK(std::holds_alternative<Identity>(judge(claims, {}, TokenUse::rest, noon - 30s)));
}

TEST_CASE("issuer and audience count when they are present and configured") {
    struct Case {
        std::string more_claims;
        TokenRules rules;
        std::optional<Refusal> on_rest;
        std::optional<Refusal> on_socket;
    };
    const TokenRules usual;
    const TokenRules lax{"", "", 30s};
    const auto row = GENERATE_COPY(values<Case>({
        {R"("x":1)", usual, {}, {}},
        {R"("iss":"whispr-auth","aud":"whispr")", usual, {}, {}},
        {R"("iss":"other")", usual, Refusal::wrong_issuer, Refusal::wrong_issuer},
        {R"("iss":"")", usual, Refusal::wrong_issuer, Refusal::wrong_issuer},
        {R"("iss":"other","aud":"other")", lax, {}, {}},
        {R"("aud":"other")", usual, Refusal::wrong_audience, Refusal::wrong_audience},
        {R"("aud":"Whispr")", usual, Refusal::wrong_audience, Refusal::wrong_audience},
        {R"("aud":"ws")", usual, Refusal::wrong_audience, {}},
        {R"("aud":["other","whispr"])", usual, {}, {}},
        {R"("aud":["other","ws"])", usual, Refusal::wrong_audience, {}},
        {R"("aud":[])", usual, Refusal::wrong_audience, Refusal::wrong_audience},
    }));
    INFO(row.more_claims);
    const Claims claims = claims_of(with_claims(row.more_claims));
    const auto refusal = [&](TokenUse use) -> std::optional<Refusal> {
        const auto result = judge(claims, row.rules, use, noon);
        if (const auto* why = std::get_if<Refusal>(&result)) return *why;
        return std::nullopt;
    };
    CHECK(refusal(TokenUse::rest) == row.on_rest);
    CHECK(refusal(TokenUse::socket) == row.on_socket);
}

TEST_CASE("every refusal has a word of its own") {
    std::vector<std::string_view> words;
    for (int value = 0; value <= static_cast<int>(Refusal::keys_not_loaded); ++value) {
        const std::string_view word = name_of(static_cast<Refusal>(value));
        CHECK(word != "unknown");
        CHECK(std::find(words.begin(), words.end(), word) == words.end());
        words.push_back(word);
    }
}
