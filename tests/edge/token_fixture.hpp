// Tokens for tests: any header and claims, signed with a key of the test.
#pragma once

#include <chrono>
#include <string>

#include "jwks.hpp"
#include "token_encoding.hpp"
#include "token_signature.hpp"

namespace edge_test {

inline const std::string alice = "aaaaaaaa-1111-4111-8111-111111111111";
inline constexpr std::chrono::sys_seconds noon{std::chrono::seconds{1'800'000'000}};
inline const std::string one_hour_later = "1800003600";

class Issuer {
 public:
    explicit Issuer(std::string key_id = "k1")
        : key_id_(std::move(key_id)), key_(edge::SigningKey::generate().value()) {}

    [[nodiscard]] std::string sign(const std::string& header, const std::string& claims) const {
        const std::string text =
            edge::base64url_encode(header) + "." + edge::base64url_encode(claims);
        return text + "." + edge::base64url_encode(key_.sign(text));
    }

    [[nodiscard]] std::string token(const std::string& claims) const {
        return sign(R"({"alg":"ES256","kid":")" + key_id_ + R"("})", claims);
    }

    // Alice's, good for an hour after noon.
    [[nodiscard]] std::string good_token(const std::string& more_claims = "") const {
        return token(R"({"sub":")" + alice + R"(","exp":)" + one_hour_later + more_claims + "}");
    }

    [[nodiscard]] edge::NamedKey public_key() const {
        return {key_id_, edge::VerifyingKey::from_coordinates(key_.coordinates()).value()};
    }

    [[nodiscard]] edge::KeySet key_set() const { return edge::KeySet({public_key()}); }
    [[nodiscard]] const edge::SigningKey& key() const { return key_; }

 private:
    std::string key_id_;
    edge::SigningKey key_;
};

}  // namespace edge_test
