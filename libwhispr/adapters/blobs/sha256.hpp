// SHA-256 and HMAC over it, by OpenSSL.
#pragma once

#include <openssl/evp.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "whispr/blob_key.hpp"
#include "whispr/result.hpp"

namespace whispr::blobs {

/// What was fed so far; may be asked in between.
class Sha256 {
 public:
    Sha256() { restart(); }

    void restart();
    void feed(std::span<const std::byte> bytes);
    [[nodiscard]] BlobKey digest() const;

 private:
    struct Free {
        void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
    };
    std::unique_ptr<EVP_MD_CTX, Free> context_{EVP_MD_CTX_new()};
};

[[nodiscard]] BlobKey sha256(std::string_view text);
[[nodiscard]] BlobKey hmac_sha256(std::span<const std::uint8_t> key, std::string_view text);

/// Of the bytes of an open file from `offset` on. Fails with unavailable.
[[nodiscard]] Result<BlobKey> sha256_of_file(int file, std::uint64_t offset, std::uint64_t size);

}  // namespace whispr::blobs
