#include "sha256.hpp"

#include <openssl/hmac.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "files.hpp"

namespace whispr::blobs {

void Sha256::restart() {
    EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
}

void Sha256::feed(std::span<const std::byte> bytes) {
    EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
}

BlobKey Sha256::digest() const {
    const std::unique_ptr<EVP_MD_CTX, Free> copy(EVP_MD_CTX_new());
    BlobKey key;
    EVP_MD_CTX_copy_ex(copy.get(), context_.get());
    EVP_DigestFinal_ex(copy.get(), key.bytes.data(), nullptr);
    return key;
}

BlobKey sha256(std::string_view text) {
    Sha256 hash;
    hash.feed(std::as_bytes(std::span(text)));
    return hash.digest();
}

BlobKey hmac_sha256(std::span<const std::uint8_t> key, std::string_view text) {
    BlobKey code;
    unsigned size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), code.bytes.data(),
         &size);
    return code;
}

Result<BlobKey> sha256_of_file(int file, std::uint64_t offset, std::uint64_t size) {
    Sha256 hash;
    std::vector<std::byte> room(64U << 10);
    while (size > 0) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(room.size(), size));
        const auto got = read_at(file, offset, std::span(room).first(wanted));
        if (!got) return got.error();
        if (*got == 0) return Error{Errc::internal, "a staged file is shorter than it was", {}};
        hash.feed(std::span(room).first(*got));
        offset += *got;
        size -= *got;
    }
    return hash.digest();
}

}  // namespace whispr::blobs
