// Checks the signature of a message. The engine has no cryptography of its own.
#pragma once

#include <string_view>

namespace whispr {

class SignatureVerifier {
 public:
    virtual ~SignatureVerifier() = default;

    /// Whether `signature` of `signed_bytes` was made with the private key of `public_key`; both as
    /// they came from the client (base64). False for anything malformed. Any thread, does not
    /// block.
    [[nodiscard]] virtual bool verify(std::string_view signed_bytes, std::string_view signature,
                                      std::string_view public_key) const noexcept = 0;
};

}  // namespace whispr
