#include "media/upload_checksum.hpp"

#include <openssl/evp.h>

#include <array>

#include "media/upload_note.hpp"

namespace whisprd::media {

void UploadChecksum::Free::operator()(evp_md_ctx_st* context) const {
    EVP_MD_CTX_free(context);
}

std::optional<UploadChecksum> UploadChecksum::read(std::string_view header) {
    const auto blank = header.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    const std::string_view name = header.substr(0, blank);
    const EVP_MD* algorithm = name == "sha1"     ? EVP_sha1()
                              : name == "sha256" ? EVP_sha256()
                                                 : nullptr;
    auto expected = base64_decode(header.substr(blank + 1));
    if (algorithm == nullptr || !expected) return std::nullopt;
    if (expected->size() != static_cast<std::size_t>(EVP_MD_get_size(algorithm)))
        return std::nullopt;
    UploadChecksum checksum;
    checksum.expected_ = *std::move(expected);
    checksum.context_.reset(EVP_MD_CTX_new());
    if (EVP_DigestInit_ex(checksum.context_.get(), algorithm, nullptr) != 1) return std::nullopt;
    return checksum;
}

void UploadChecksum::add(std::string_view bytes) {
    EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
}

bool UploadChecksum::matches() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (EVP_DigestFinal_ex(context_.get(), digest.data(), &size) != 1) return false;
    return expected_ == std::string_view(reinterpret_cast<const char*>(digest.data()), size);
}

}  // namespace whisprd::media
