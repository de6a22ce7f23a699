#include "net/transport.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>

namespace net {

namespace {

// The most one TLS record carries.
constexpr std::size_t record_size = 16 * 1024;

bool would_block(int error) {
    return error == EAGAIN || error == EWOULDBLOCK;
}

}  // namespace

void FreeTls::operator()(ssl_st* tls) const {
    SSL_free(tls);
}

Transport::Transport(Socket socket, TlsState tls)
    : socket_(std::move(socket)), tls_(std::move(tls)) {}

IoStatus Transport::tls_status(int result) {
    wants_write_ = false;
    switch (SSL_get_error(tls_.get(), result)) {
        case SSL_ERROR_NONE:
            return IoStatus::ok;
        case SSL_ERROR_WANT_READ:
            return IoStatus::again;
        case SSL_ERROR_WANT_WRITE:
            wants_write_ = true;
            return IoStatus::again;
        case SSL_ERROR_ZERO_RETURN:
            return IoStatus::closed;
        default:
            return IoStatus::failed;
    }
}

IoStatus Transport::handshake() {
    if (tls_ == nullptr || SSL_is_init_finished(tls_.get()) != 0) return IoStatus::ok;
    ERR_clear_error();
    return tls_status(SSL_accept(tls_.get()));
}

IoResult Transport::read(char* into, std::size_t size) {
    if (tls_ != nullptr) return read_tls(into, size);
    for (;;) {
        const ssize_t got = ::recv(socket_.native_handle(), into, size, MSG_DONTWAIT);
        if (got > 0) return {static_cast<std::size_t>(got), IoStatus::ok};
        if (got == 0) return {0, IoStatus::closed};
        if (errno == EINTR) continue;
        return {0, would_block(errno) ? IoStatus::again : IoStatus::failed};
    }
}

IoResult Transport::read_tls(char* into, std::size_t size) {
    ERR_clear_error();
    const int got =
        SSL_read(tls_.get(), into,
                 static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max())));
    const IoStatus status = tls_status(got);
    return {got > 0 ? static_cast<std::size_t>(got) : 0, status};
}

IoResult Transport::write(const iovec* pieces, int count) {
    if (tls_ != nullptr) return write_tls(pieces, count);
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces);
    message.msg_iovlen = static_cast<std::size_t>(count);
    for (;;) {
        // The C library's sendmsg is a point where a thread may be cancelled, and pays for it with
        // more instructions than the rest of this function has.
        const long sent =
            ::syscall(SYS_sendmsg, socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) return {static_cast<std::size_t>(sent), IoStatus::ok};
        if (errno == EINTR) continue;
        return {0, would_block(errno) ? IoStatus::again : IoStatus::failed};
    }
}

IoResult Transport::write_tls(const iovec* pieces, int count) {
    // OpenSSL takes one piece of memory; small pieces are joined, so that they share a record.
    std::array<char, record_size> joined;
    const auto* data = static_cast<const char*>(pieces[0].iov_base);
    std::size_t size = std::min(pieces[0].iov_len, record_size);
    if (size < record_size && count > 1) {
        size = 0;
        for (int i = 0; i < count && size < record_size; ++i) {
            const std::size_t part = std::min(pieces[i].iov_len, record_size - size);
            std::memcpy(joined.data() + size, pieces[i].iov_base, part);
            size += part;
        }
        data = joined.data();
    }
    ERR_clear_error();
    const bool read_wants_write = wants_write_;
    const int sent = SSL_write(tls_.get(), data, static_cast<int>(size));
    const IoStatus status = tls_status(sent);
    wants_write_ = read_wants_write;
    pinned_ = status == IoStatus::again ? size : 0;
    return {sent > 0 ? static_cast<std::size_t>(sent) : 0, status};
}

IoResult Transport::send_file(int file, std::uint64_t offset, std::size_t size) {
    auto from = static_cast<off_t>(offset);
    for (;;) {
        const ssize_t sent = ::sendfile(socket_.native_handle(), file, &from, size);
        if (sent > 0) return {static_cast<std::size_t>(sent), IoStatus::ok};
        if (sent == 0) return {0, IoStatus::closed};
        if (errno == EINTR) continue;
        return {0, would_block(errno) ? IoStatus::again : IoStatus::failed};
    }
}

void Transport::shut_down_writing() {
    if (tls_ != nullptr && SSL_is_init_finished(tls_.get()) != 0) {
        ERR_clear_error();
        SSL_shutdown(tls_.get());
    }
    boost::system::error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
}

bool Transport::has_pending() const {
    return tls_ != nullptr && SSL_has_pending(tls_.get()) != 0;
}

}  // namespace net
