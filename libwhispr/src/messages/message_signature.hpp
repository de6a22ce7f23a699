// Signatures of messages: what is signed, and whether it holds.
#pragma once

#include <cstdint>
#include <string>

#include "whispr/messages.hpp"
#include "whispr/ports/signature_verifier.hpp"

namespace whispr {

/// What was found out about a message's signature before the lane.
enum class SignatureCheck : std::uint8_t {
    not_made,  ///< unsigned, or there is no verifier
    valid,
    invalid,
};

/// The bytes that a client signs: the content, the 16 bytes of the conversation's id, and
/// client_random modulo 2^32 in network order.
[[nodiscard]] std::string signed_bytes(const SendMessage& message, std::int64_t client_random);

/// Asks the verifier, which may be null. Costs about 100 µs: not for lanes.
[[nodiscard]] SignatureCheck check_signature(const SendMessage& message,
                                             const SignatureVerifier* verifier);

}  // namespace whispr
