// ES256 (RFC 7518 §3.4): ECDSA on P-256 with SHA-256, signatures as 64 raw bytes r||s.
// Two keys, one that checks and one that also signs; both are cheap handles on an immutable OpenSSL
// key.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace edge {

// Where a public P-256 point lies: two 32-byte big-endian numbers.
struct KeyCoordinates {
    std::string x;
    std::string y;
    bool operator==(const KeyCoordinates&) const = default;
};

// The RFC 7638 SHA-256 thumbprint in base64url, used as `kid` of our own keys. Any thread.
[[nodiscard]] std::string thumbprint(const KeyCoordinates& point);

// A public key. Copies share the key; all members may be called from any number of threads.
class VerifyingKey {
 public:
    // Nothing when a coordinate is not 32 bytes or the point is not on the curve.
    [[nodiscard]] static std::optional<VerifyingKey> from_coordinates(const KeyCoordinates& point);

    // Whether `signature` (64 bytes, r||s) is this key's over `signed_bytes`. Costs about 75 µs of
    // CPU.
    [[nodiscard]] bool verifies(std::string_view signed_bytes, std::string_view signature) const;

    [[nodiscard]] const KeyCoordinates& coordinates() const { return point_; }

 private:
    VerifyingKey(std::shared_ptr<evp_pkey_st> key, KeyCoordinates point);

    std::shared_ptr<evp_pkey_st> key_;
    KeyCoordinates point_;
};

// A private key. Copies share the key; all members may be called from any number of threads.
class SigningKey {
 public:
    // A new random key; nothing only when OpenSSL fails.
    [[nodiscard]] static std::optional<SigningKey> generate();

    // The key in an unencrypted PKCS #8 PEM text; nothing when that is something else or not P-256.
    [[nodiscard]] static std::optional<SigningKey> from_pem(std::string_view pem);

    // The key as unencrypted PKCS #8 PEM: secret. Empty only when OpenSSL fails.
    [[nodiscard]] std::string to_pem() const;

    // 64 bytes r||s over `bytes`; empty only when OpenSSL fails.
    [[nodiscard]] std::string sign(std::string_view bytes) const;

    [[nodiscard]] const KeyCoordinates& coordinates() const { return point_; }

 private:
    SigningKey(std::shared_ptr<evp_pkey_st> key, KeyCoordinates point);
    [[nodiscard]] static std::optional<SigningKey> from_key(std::shared_ptr<evp_pkey_st> key);

    std::shared_ptr<evp_pkey_st> key_;
    KeyCoordinates point_;
};

}  // namespace edge
