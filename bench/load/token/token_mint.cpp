#include "token/token_mint.hpp"

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <simdjson.h>

#include <array>
#include <cstdio>
#include <ctime>

#include "client/failure.hpp"
#include "measure/json_text.hpp"
#include "wire/ws_handshake.hpp"

namespace load {
namespace {

constexpr long lifetime_s = 86400;
constexpr int number_bytes = 32;

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

const unsigned char* bytes(const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

// Tokens hold the two numbers of a signature side by side, OpenSSL writes them as ASN.1.
std::string raw_signature(const std::string& der) {
    const unsigned char* at = bytes(der);
    ECDSA_SIG* signature = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
    if (signature == nullptr) throw Failure("a signature that cannot be read");
    std::array<unsigned char, 2 * number_bytes> raw{};
    BN_bn2binpad(ECDSA_SIG_get0_r(signature), raw.data(), number_bytes);
    BN_bn2binpad(ECDSA_SIG_get0_s(signature), raw.data() + number_bytes, number_bytes);
    ECDSA_SIG_free(signature);
    return {reinterpret_cast<const char*>(raw.data()), raw.size()};
}

std::string text_at(std::string_view json, std::string_view key) {
    simdjson::dom::parser parser;
    simdjson::dom::element document;
    std::string_view text;
    if (parser.parse(json.data(), json.size()).get(document) != simdjson::SUCCESS) return {};
    if (document[key].get(text) != simdjson::SUCCESS) return {};
    return std::string(text);
}

double thread_cpu_us() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

}  // namespace

void TokenMint::FreeKey::operator()(evp_pkey_st* key) const {
    EVP_PKEY_free(key);
}

TokenMint::TokenMint(const std::string& pem_file, Claims claims) : claims_(std::move(claims)) {
    std::FILE* file = std::fopen(pem_file.c_str(), "re");
    if (file == nullptr) throw system_failure("open the key " + pem_file);
    key_.reset(PEM_read_PrivateKey(file, nullptr, nullptr, nullptr));
    std::fclose(file);
    if (key_ == nullptr || EVP_PKEY_get_base_id(key_.get()) != EVP_PKEY_EC) {
        throw Failure(pem_file + " holds no EC private key");
    }
    header_ = base64url(R"({"alg":"ES256","typ":"JWT","kid":)" + json_string(claims_.kid) + "}");
}

std::string TokenMint::sign_der(const std::string& text) const {
    const Context context(EVP_MD_CTX_new());
    std::string der(128, '\0');
    std::size_t size = der.size();
    if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(der.data()), &size,
                       bytes(text), text.size()) != 1) {
        throw Failure("the key cannot sign");
    }
    der.resize(size);
    return der;
}

std::string TokenMint::token(const std::string& user) const {
    const auto now = static_cast<long>(std::time(nullptr));
    std::string payload = "{\"sub\":" + json_string(user) + ",\"iat\":" + std::to_string(now) +
                          ",\"exp\":" + std::to_string(now + lifetime_s);
    if (!claims_.issuer.empty()) payload += ",\"iss\":" + json_string(claims_.issuer);
    if (!claims_.audience.empty()) payload += ",\"aud\":" + json_string(claims_.audience);
    const std::string text = header_ + "." + base64url(payload + "}");
    return text + "." + base64url(raw_signature(sign_der(text)));
}

double TokenMint::verification_us() const {
    constexpr int times = 400;
    const std::string text(300, 'x');
    const std::string der = sign_der(text);
    const double begin = thread_cpu_us();
    for (int i = 0; i < times; ++i) {
        const Context context(EVP_MD_CTX_new());
        if (EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
            EVP_DigestVerify(context.get(), bytes(der), der.size(), bytes(text), text.size()) !=
                1) {
            throw Failure("the key cannot verify");
        }
    }
    return (thread_cpu_us() - begin) / times;
}

TokenMint::Claims claims_of(const std::string& token) {
    const std::size_t first = token.find('.');
    const std::size_t second = token.find('.', first + 1);
    if (second == std::string::npos) throw Failure("a token without three parts");
    const std::string header = from_base64url(std::string_view(token).substr(0, first));
    const std::string payload =
        from_base64url(std::string_view(token).substr(first + 1, second - first - 1));
    return {text_at(header, "kid"), text_at(payload, "iss"), text_at(payload, "aud")};
}

}  // namespace load
