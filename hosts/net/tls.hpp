// The server's TLS setting: certificate, key, versions; makes the TLS state of each connection.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "net/transport.hpp"

struct ssl_ctx_st;

namespace net {

// Immutable after load(); from any thread.
class TlsContext {
 public:
    TlsContext() = default;

    // Reads PEM files: the certificate with its chain, and its unencrypted key. An error says which
    // file and what is wrong with it; never what is in it.
    [[nodiscard]] std::optional<std::string> load(const std::string& certificate_file,
                                                  const std::string& key_file);

    explicit operator bool() const { return context_ != nullptr; }
    // The server's side of a handshake on this descriptor. Null if there is no memory.
    TlsState accept(int descriptor) const;

 private:
    struct Free {
        void operator()(ssl_ctx_st* context) const;
    };
    std::unique_ptr<ssl_ctx_st, Free> context_;
};

}  // namespace net
