// A certificate for one test run, made by itself and signed by itself.
#pragma once

#include <string>

namespace test {

struct CertificateFiles {
    CertificateFiles();
    ~CertificateFiles();
    CertificateFiles(const CertificateFiles&) = delete;
    CertificateFiles& operator=(const CertificateFiles&) = delete;

    std::string directory;
    std::string certificate;
    std::string key;
    std::string other_key;  // does not belong to the certificate
    std::string garbage;    // not PEM
};

}  // namespace test
