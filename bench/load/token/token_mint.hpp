// Bearer tokens for any number of users: signed here with the server's development key (ES256),
// because asking the server for 15,000 of them would measure the asking.
#pragma once

#include <memory>
#include <string>

struct evp_pkey_st;

namespace load {

class TokenMint {
 public:
    struct Claims {
        std::string kid;
        std::string issuer;
        std::string audience;
    };

    /// Reads a P-256 private key. Throws Failure if the file holds none.
    TokenMint(const std::string& pem_file, Claims claims);

    /// A token for `user`, valid for a day.
    [[nodiscard]] std::string token(const std::string& user) const;

    /// CPU time of one P-256 signature verification in this process, in microseconds: the part of a
    /// connect that is reported apart.
    [[nodiscard]] double verification_us() const;

 private:
    struct FreeKey {
        void operator()(evp_pkey_st* key) const;
    };

    [[nodiscard]] std::string sign_der(const std::string& text) const;

    std::unique_ptr<evp_pkey_st, FreeKey> key_;
    std::string header_;
    Claims claims_;
};

/// The claims of a token, as the server itself writes them. Absent ones are empty.
[[nodiscard]] TokenMint::Claims claims_of(const std::string& token);

}  // namespace load
