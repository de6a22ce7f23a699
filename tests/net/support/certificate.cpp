#include "support/certificate.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>

namespace test {

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using File = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

Key make_key() {
    return {EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), EVP_PKEY_free};
}

File open(const std::string& path) {
    File file(std::fopen(path.c_str(), "w"), std::fclose);
    if (file == nullptr) throw std::runtime_error("cannot write " + path);
    return file;
}

void write_key(const std::string& path, EVP_PKEY* key) {
    PEM_write_PrivateKey(open(path).get(), key, nullptr, nullptr, 0, nullptr, nullptr);
}

void write_certificate(const std::string& path, EVP_PKEY* key) {
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key);
    X509_NAME* name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    X509_sign(certificate.get(), key, EVP_sha256());
    PEM_write_X509(open(path).get(), certificate.get());
}

}  // namespace

CertificateFiles::CertificateFiles() {
    std::string name = (std::filesystem::temp_directory_path() / "net-tls-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    directory = name;
    certificate = directory + "/certificate.pem";
    key = directory + "/key.pem";
    other_key = directory + "/other-key.pem";
    garbage = directory + "/garbage.pem";
    const Key mine = make_key();
    write_key(key, mine.get());
    write_certificate(certificate, mine.get());
    write_key(other_key, make_key().get());
    std::fputs("not a certificate\n", open(garbage).get());
}

CertificateFiles::~CertificateFiles() {
    std::filesystem::remove_all(directory);
}

}  // namespace test
