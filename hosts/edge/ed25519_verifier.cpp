#include "ed25519_verifier.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <memory>

namespace edge {

namespace {

template <auto free_function>
struct Free {
    template <typename Object>
    void operator()(Object* object) const {
        free_function(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;

// The six bits that a character stands for, or -1.
int bits_of(char letter) {
    if (letter >= 'A' && letter <= 'Z') return letter - 'A';
    if (letter >= 'a' && letter <= 'z') return letter - 'a' + 26;
    if (letter >= '0' && letter <= '9') return letter - '0' + 52;
    if (letter == '+') return 62;
    return letter == '/' ? 63 : -1;
}

// Decodes exactly `size` bytes from base64 with padding; false for anything else.
template <std::size_t size>
bool decode(std::string_view text, std::array<unsigned char, size>& bytes) {
    constexpr std::size_t digits = (size * 8 + 5) / 6;
    constexpr std::size_t padding = (4 - digits % 4) % 4;
    if (text.size() != digits + padding) return false;
    if (text.substr(digits).find_first_not_of('=') != std::string_view::npos) return false;
    std::uint32_t held = 0;
    unsigned held_bits = 0;
    std::size_t at = 0;
    for (const char letter : text.substr(0, digits)) {
        const int bits = bits_of(letter);
        if (bits < 0) return false;
        held = (held << 6U) | static_cast<std::uint32_t>(bits);
        held_bits += 6;
        if (held_bits < 8) continue;
        held_bits -= 8;
        bytes[at++] = static_cast<unsigned char>(held >> held_bits & 0xFFU);
        held &= (1U << held_bits) - 1;
    }
    return held == 0;
}

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

bool Ed25519Verifier::verify(std::string_view signed_bytes, std::string_view signature,
                             std::string_view public_key) const noexcept {
    std::array<unsigned char, 64> signature_bytes{};
    std::array<unsigned char, 32> key_bytes{};
    if (!decode(signature, signature_bytes) || !decode(public_key, key_bytes)) return false;
    const Key key(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key_bytes.data(), key_bytes.size()));
    const Digest digest(EVP_MD_CTX_new());
    const bool holds =
        key && digest &&
        EVP_DigestVerifyInit(digest.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
        EVP_DigestVerify(digest.get(), signature_bytes.data(), signature_bytes.size(),
                         bytes_of(signed_bytes), signed_bytes.size()) == 1;
    // OpenSSL keeps what went wrong for this thread; nobody will ask.
    if (!holds) ERR_clear_error();
    return holds;
}

}  // namespace edge
