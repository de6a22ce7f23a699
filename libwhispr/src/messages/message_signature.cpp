#include "messages/message_signature.hpp"

namespace whispr {

std::string signed_bytes(const SendMessage& message, std::int64_t client_random) {
    const auto random = static_cast<std::uint32_t>(client_random);
    const auto& conversation = message.conversation.uuid.bytes;
    std::string bytes;
    bytes.reserve(message.content.size() + conversation.size() + sizeof random);
    bytes += message.content;
    bytes.append(conversation.begin(), conversation.end());
    for (const unsigned shift : {24U, 16U, 8U, 0U})
        bytes += static_cast<char>((random >> shift) & 0xFFU);
    return bytes;
}

SignatureCheck check_signature(const SendMessage& message, const SignatureVerifier* verifier) {
    const bool is_signed = !message.signature.empty() || !message.sender_public_key.empty();
    if (verifier == nullptr || !is_signed) return SignatureCheck::not_made;
    // Without client_random there is nothing that could have been signed.
    if (!message.client_random) return SignatureCheck::invalid;
    return verifier->verify(signed_bytes(message, *message.client_random), message.signature,
                            message.sender_public_key)
               ? SignatureCheck::valid
               : SignatureCheck::invalid;
}

}  // namespace whispr
