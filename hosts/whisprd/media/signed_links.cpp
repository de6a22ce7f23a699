#include "media/signed_links.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/random.h>

#include <array>
#include <stdexcept>

#include "edge/secret.hpp"
#include "edge/token_encoding.hpp"

namespace whisprd::media {

namespace {

std::string drawn_key() {
    std::string key(32, '\0');
    if (getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size()))
        throw std::runtime_error("no random numbers for the key of links");
    return key;
}

// The parts have no line end in them, so that no two claims have the same text.
std::string signature_of(const SignedLinks::Claim& claim, const std::string& key) {
    const std::string text = "whispr-link-1\n" + std::string(claim.path) + '\n' +
                             claim.user.to_string() + '\n' + std::to_string(claim.expires);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
    return edge::base64url_encode({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace

SignedLinks::SignedLinks(std::vector<std::string> keys) : keys_(std::move(keys)) {
    if (keys_.empty()) keys_.push_back(drawn_key());
}

std::string SignedLinks::query(const Claim& claim) const {
    return "user=" + claim.user.to_string() + "&expires=" + std::to_string(claim.expires) +
           "&signature=" + signature_of(claim, keys_.front());
}

bool SignedLinks::is_genuine(const Claim& claim, std::string_view signature) const {
    bool genuine = false;
    for (const std::string& key : keys_)
        genuine = edge::is_secret(signature, signature_of(claim, key)) || genuine;
    return genuine;
}

}  // namespace whisprd::media
