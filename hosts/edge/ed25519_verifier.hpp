// Signatures of messages as clients make them: Ed25519 (RFC 8032), signature and key in base64.
#pragma once

#include <string_view>

#include "whispr/ports/signature_verifier.hpp"

namespace edge {

class Ed25519Verifier final : public whispr::SignatureVerifier {
 public:
    // See the port. The base64 is strict: with padding, and with unused bits that are zero, so that
    // a key has one text only and stays revoked when it was.
    [[nodiscard]] bool verify(std::string_view signed_bytes, std::string_view signature,
                              std::string_view public_key) const noexcept override;
};

}  // namespace edge
