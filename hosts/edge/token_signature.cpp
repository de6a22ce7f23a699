#include "token_signature.hpp"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

#include <array>
#include <vector>

#include "token_encoding.hpp"

namespace edge {

namespace {

constexpr std::size_t number_bytes = 32;

template <auto free_function>
struct Free {
    template <typename Object>
    void operator()(Object* object) const {
        free_function(object);
    }
};
using Digest = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG_free>>;
using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

std::shared_ptr<EVP_PKEY> shared(EVP_PKEY* key) {
    return {key, EVP_PKEY_free};
}

// OpenSSL takes signatures in DER form only. Empty when r or s cannot be a number of a signature.
std::string to_der(std::string_view raw) {
    Number r(BN_bin2bn(bytes_of(raw), number_bytes, nullptr));
    Number s(BN_bin2bn(bytes_of(raw.substr(number_bytes)), number_bytes, nullptr));
    Signature signature(ECDSA_SIG_new());
    if (!r || !s || !signature || BN_is_zero(r.get()) || BN_is_zero(s.get())) return {};
    if (ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return {};
    (void)r.release();
    (void)s.release();
    const int size = i2d_ECDSA_SIG(signature.get(), nullptr);
    if (size <= 0) return {};
    std::string der(static_cast<std::size_t>(size), '\0');
    unsigned char* end = bytes_of(der);
    i2d_ECDSA_SIG(signature.get(), &end);
    return der;
}

std::string to_raw(std::string_view der) {
    const unsigned char* begin = bytes_of(der);
    Signature signature(d2i_ECDSA_SIG(nullptr, &begin, static_cast<long>(der.size())));
    if (!signature) return {};
    std::string raw(2 * number_bytes, '\0');
    const bool fits = BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), bytes_of(raw),
                                   number_bytes) == number_bytes &&
                      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), bytes_of(raw) + number_bytes,
                                   number_bytes) == number_bytes;
    return fits ? raw : std::string{};
}

// The coordinates of a P-256 key; nothing for a key of another kind or curve.
std::optional<KeyCoordinates> coordinates_of(EVP_PKEY* key) {
    std::array<char, 64> curve{};
    if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC ||
        EVP_PKEY_get_group_name(key, curve.data(), curve.size(), nullptr) != 1 ||
        std::string_view(curve.data()) != "prime256v1") {
        return std::nullopt;
    }
    KeyCoordinates point;
    for (const auto& [name, target] : {std::pair{OSSL_PKEY_PARAM_EC_PUB_X, &point.x},
                                       std::pair{OSSL_PKEY_PARAM_EC_PUB_Y, &point.y}}) {
        BIGNUM* number = nullptr;
        if (EVP_PKEY_get_bn_param(key, name, &number) != 1) return std::nullopt;
        const Number owned(number);
        target->resize(number_bytes);
        if (BN_bn2binpad(number, bytes_of(*target), number_bytes) != number_bytes)
            return std::nullopt;
    }
    return point;
}

}  // namespace

std::string thumbprint(const KeyCoordinates& point) {
    // RFC 7638 §3.3 fixes this spelling: the required members in lexical order, no white space.
    const std::string json = R"({"crv":"P-256","kty":"EC","x":")" + base64url_encode(point.x) +
                             R"(","y":")" + base64url_encode(point.y) + R"("})";
    std::string hash(SHA256_DIGEST_LENGTH, '\0');
    SHA256(bytes_of(std::string_view(json)), json.size(), bytes_of(hash));
    return base64url_encode(hash);
}

VerifyingKey::VerifyingKey(std::shared_ptr<EVP_PKEY> key, KeyCoordinates point)
    : key_(std::move(key)), point_(std::move(point)) {}

std::optional<VerifyingKey> VerifyingKey::from_coordinates(const KeyCoordinates& point) {
    if (point.x.size() != number_bytes || point.y.size() != number_bytes) return std::nullopt;
    std::string encoded = '\x04' + point.x + point.y;
    std::array<char, 11> curve{"prime256v1"};
    const std::array parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve.data(), 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, encoded.data(), encoded.size()),
        OSSL_PARAM_construct_end()};
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    EVP_PKEY* key = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY,
                          const_cast<OSSL_PARAM*>(parameters.data())) != 1) {
        return std::nullopt;
    }
    auto owned = shared(key);
    // A point off the curve would make forged signatures possible; it must not get in.
    const KeyContext check(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
    if (!check || EVP_PKEY_public_check(check.get()) != 1) return std::nullopt;
    return VerifyingKey(std::move(owned), point);
}

bool VerifyingKey::verifies(std::string_view signed_bytes, std::string_view signature) const {
    if (signature.size() != 2 * number_bytes) return false;
    const std::string der = to_der(signature);
    const Digest digest(EVP_MD_CTX_new());
    return !der.empty() && digest &&
           EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
           EVP_DigestVerify(digest.get(), bytes_of(std::string_view(der)), der.size(),
                            bytes_of(signed_bytes), signed_bytes.size()) == 1;
}

SigningKey::SigningKey(std::shared_ptr<EVP_PKEY> key, KeyCoordinates point)
    : key_(std::move(key)), point_(std::move(point)) {}

std::optional<SigningKey> SigningKey::from_key(std::shared_ptr<EVP_PKEY> key) {
    if (!key) return std::nullopt;
    auto point = coordinates_of(key.get());
    if (!point) return std::nullopt;
    return SigningKey(std::move(key), std::move(*point));
}

std::optional<SigningKey> SigningKey::generate() {
    return from_key(shared(EVP_EC_gen("P-256")));
}

std::optional<SigningKey> SigningKey::from_pem(std::string_view pem) {
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    if (!bio) return std::nullopt;
    // Without a callback of our own OpenSSL would ask at the terminal for the password of an
    // encrypted key.
    const auto no_password = [](char*, int, int, void*) { return -1; };
    return from_key(shared(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr)));
}

std::string SigningKey::to_pem() const {
    const Bio bio(BIO_new(BIO_s_mem()));
    if (!bio || PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr,
                                              nullptr) != 1) {
        return {};
    }
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

std::string SigningKey::sign(std::string_view bytes) const {
    const Digest digest(EVP_MD_CTX_new());
    std::size_t size = 0;
    if (!digest ||
        EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
        EVP_DigestSign(digest.get(), nullptr, &size, bytes_of(bytes), bytes.size()) != 1) {
        return {};
    }
    std::string der(size, '\0');
    if (EVP_DigestSign(digest.get(), bytes_of(der), &size, bytes_of(bytes), bytes.size()) != 1)
        return {};
    der.resize(size);
    return to_raw(der);
}

}  // namespace edge
