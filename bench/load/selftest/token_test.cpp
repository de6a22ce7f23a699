#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>

#include "client/failure.hpp"
#include "token/token_mint.hpp"
#include "wire/ws_handshake.hpp"

using namespace load;

namespace {

// A fresh P-256 key in a file of this test.
class KeyFile {
 public:
    KeyFile()
        : path_(std::filesystem::temp_directory_path() /
                ("load-key-" + std::to_string(::getpid()))) {
        key_ = EVP_EC_gen("P-256");
        std::FILE* file = std::fopen(path_.c_str(), "we");
        PEM_write_PrivateKey(file, key_, nullptr, nullptr, 0, nullptr, nullptr);
        std::fclose(file);
    }
    ~KeyFile() {
        EVP_PKEY_free(key_);
        std::filesystem::remove(path_);
    }
    KeyFile(const KeyFile&) = delete;
    KeyFile& operator=(const KeyFile&) = delete;

    [[nodiscard]] std::string path() const { return path_; }
    [[nodiscard]] EVP_PKEY* key() const { return key_; }

 private:
    std::filesystem::path path_;
    EVP_PKEY* key_ = nullptr;
};

const unsigned char* bytes(const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

bool verifies(EVP_PKEY* key, const std::string& text, const std::string& raw) {
    ECDSA_SIG* signature = ECDSA_SIG_new();
    ECDSA_SIG_set0(signature, BN_bin2bn(bytes(raw), 32, nullptr),
                   BN_bin2bn(bytes(raw) + 32, 32, nullptr));
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(signature, &der);
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key);
    const int result =
        EVP_DigestVerify(context, der, static_cast<std::size_t>(size), bytes(text), text.size());
    EVP_MD_CTX_free(context);
    OPENSSL_free(der);
    ECDSA_SIG_free(signature);
    return result == 1;
}

}  // namespace

TEST_CASE("a token carries its user and claims and verifies with the key") {
    const KeyFile file;
    const TokenMint mint(file.path(), {"key-1", "issuer", "audience"});
    const std::string token = mint.token("10adface-0000-4000-8000-000000000001");
    const TokenMint::Claims claims = claims_of(token);
    REQUIRE(claims.kid == "key-1");
    REQUIRE(claims.issuer == "issuer");
    REQUIRE(claims.audience == "audience");
    const std::size_t dot = token.rfind('.');
    const std::string raw = from_base64url(token.substr(dot + 1));
    REQUIRE(raw.size() == 64);
    REQUIRE(verifies(file.key(), token.substr(0, dot), raw));
    REQUIRE_FALSE(verifies(file.key(), token.substr(0, dot) + "x", raw));
    REQUIRE(mint.verification_us() > 0);
}

TEST_CASE("a file that holds no key is refused in words") {
    REQUIRE_THROWS_AS(TokenMint("/dev/null", {}), Failure);
    REQUIRE_THROWS_AS(TokenMint("/nonexistent/key.pem", {}), Failure);
}
