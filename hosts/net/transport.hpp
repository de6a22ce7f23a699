// A non-blocking TCP socket that reads and writes bytes, through TLS or not; who uses it need not
// know which.
#pragma once

#include <sys/uio.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

struct ssl_st;

namespace net {

using Socket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

// What became of a read, a write or a handshake.
enum class IoStatus : unsigned char {
    ok,
    again,   // nothing now; wait until the socket is ready
    closed,  // the peer has ended its side
    failed,  // the connection is of no use any more
};

struct IoResult {
    std::size_t bytes = 0;
    IoStatus status = IoStatus::ok;
};

struct FreeTls {
    void operator()(ssl_st* tls) const;
};
using TlsState = std::unique_ptr<ssl_st, FreeTls>;

// One thread at a time.
class Transport {
 public:
    // Requires: `socket` is open and non-blocking. `tls` is null for plain TCP.
    Transport(Socket socket, TlsState tls);

    Socket& socket() { return socket_; }
    bool is_tls() const { return tls_ != nullptr; }

    // Goes on with the TLS handshake; ok when it is done, at once for plain TCP.
    IoStatus handshake();
    // Reads at most `size` bytes, at least one if ok.
    IoResult read(char* into, std::size_t size);
    // Writes what it can of these pieces, in order, with one call to the kernel (one record for
    // TLS).
    IoResult write(const iovec* pieces, int count);
    // Writes what it can of `size` bytes of a file, without copying them through this process;
    // closed when the file ends before. Requires: no TLS.
    IoResult send_file(int file, std::uint64_t offset, std::size_t size);
    // Tells the peer that no more will be written.
    void shut_down_writing();

    // The last read or handshake waits until the socket can be written, not read (TLS only).
    bool wants_write() const { return wants_write_; }
    // Bytes are here that no readiness of the socket will announce.
    bool has_pending() const;
    // The next write must begin with the same bytes, at least this many of them, as the last one
    // that did not succeed.
    std::size_t pinned() const { return pinned_; }

 private:
    IoResult read_tls(char* into, std::size_t size);
    IoResult write_tls(const iovec* pieces, int count);
    IoStatus tls_status(int result);

    Socket socket_;
    TlsState tls_;
    std::size_t pinned_ = 0;
    bool wants_write_ = false;
};

}  // namespace net
