#include "net/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509err.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace net {

namespace {

std::string last_error() {
    const unsigned long code = ERR_peek_last_error();
    ERR_clear_error();
    const char* text = code != 0 ? ERR_reason_error_string(code) : nullptr;
    return text != nullptr ? text : "unknown error";
}

// OpenSSL's words for a file that is not there are hard to understand.
std::optional<std::string> unreadable(const char* what, const std::string& file) {
    if (std::FILE* opened = std::fopen(file.c_str(), "r")) {
        std::fclose(opened);
        return std::nullopt;
    }
    return "cannot read tls " + std::string(what) + " " + file + ": " + std::strerror(errno);
}

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
    static constexpr std::string_view ours = "\x08http/1.1";
    unsigned char* found = nullptr;
    const int result =
        SSL_select_next_proto(&found, size, reinterpret_cast<const unsigned char*>(ours.data()),
                              static_cast<unsigned>(ours.size()), offered, offered_size);
    *chosen = found;
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

// A key file with a passphrase would otherwise ask for it on the terminal.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

}  // namespace

void TlsContext::Free::operator()(ssl_ctx_st* context) const {
    SSL_CTX_free(context);
}

std::optional<std::string> TlsContext::load(const std::string& certificate_file,
                                            const std::string& key_file) {
    if (certificate_file.empty()) return "tls key given without a certificate";
    if (key_file.empty()) return "tls certificate given without a key";
    if (auto error = unreadable("certificate", certificate_file)) return error;
    if (auto error = unreadable("key", key_file)) return error;

    ERR_clear_error();
    context_.reset(SSL_CTX_new(TLS_server_method()));
    if (context_ == nullptr) return "cannot set up tls: " + last_error();
    SSL_CTX* context = context_.get();
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE |
                                     SSL_OP_IGNORE_UNEXPECTED_EOF);
    // Buffers are given back while a connection is idle, and a write may be repeated from another
    // place in memory.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    SSL_CTX_set_default_passwd_cb(context, no_passphrase);
    static constexpr unsigned char session_context[] = "net";
    SSL_CTX_set_session_id_context(context, session_context, sizeof(session_context) - 1);

    std::string error;
    if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1) {
        error = "cannot use tls certificate " + certificate_file + ": " + last_error();
    } else if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
        // A key of the same kind that belongs to another certificate is found out here.
        const bool mismatch = ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH;
        const std::string reason = last_error();
        error = mismatch
                    ? "tls key " + key_file + " does not belong to certificate " + certificate_file
                    : "cannot use tls key " + key_file + ": " + reason;
    } else if (SSL_CTX_check_private_key(context) != 1) {
        error = "tls key " + key_file + " does not belong to certificate " + certificate_file;
    }
    if (error.empty()) return std::nullopt;
    context_.reset();
    return error;
}

TlsState TlsContext::accept(int descriptor) const {
    TlsState tls(SSL_new(context_.get()));
    if (tls == nullptr || SSL_set_fd(tls.get(), descriptor) != 1) return nullptr;
    SSL_set_accept_state(tls.get());
    return tls;
}

}  // namespace net
