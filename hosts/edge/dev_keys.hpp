// The signing key of development mode, in the data directory: made on the first start, readable by
// its owner only. With it this machine signs tokens for anyone, so it exists in development mode
// and nowhere else.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "jwks.hpp"
#include "token_signature.hpp"

namespace edge {

// A token that is to be made.
struct TokenRequest {
    std::string user_id;  // canonical UUID
    std::optional<std::string> device_id;
    std::string issuer = "whispr-auth";
    std::string audience = "whispr";
    std::chrono::seconds lifetime = std::chrono::hours{12};
};

class DevKeys {
 public:
    static constexpr std::string_view file_name = "dev-key.pem";

    // The key in `data_dir`, or an error in words. Refused: a missing key, a file others may read,
    // one that is not ours or not a plain file, another kind of key.
    [[nodiscard]] static std::variant<DevKeys, std::string> open(
        const std::filesystem::path& data_dir);

    // As open(); a missing directory (mode 0700) and a missing key (mode 0600) are made first. When
    // two processes start at once both get the same key.
    [[nodiscard]] static std::variant<DevKeys, std::string> open_or_create(
        const std::filesystem::path& data_dir);

    // The public half, for the authenticator. Any thread.
    [[nodiscard]] KeySet key_set() const;

    // The public half as a JWKS document. Any thread.
    [[nodiscard]] std::string jwks() const;

    // A token valid from `now`; empty only when OpenSSL fails. Any thread.
    [[nodiscard]] std::string mint(const TokenRequest& request,
                                   std::chrono::system_clock::time_point now) const;

 private:
    explicit DevKeys(SigningKey key);

    SigningKey key_;
    std::string key_id_;
};

}  // namespace edge
