// Listens on a TCP port and hands out what connects.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>

namespace net {

// A file descriptor that closes itself.
class Descriptor {
 public:
    Descriptor() = default;
    explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
    Descriptor(Descriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~Descriptor();

    int get() const { return descriptor_; }
    int release() { return std::exchange(descriptor_, -1); }

 private:
    int descriptor_ = -1;
};

// A new connection: non-blocking, closed on exec, and who is at the other end (IPv4 in its own
// form, also when it came through an IPv6 socket).
struct AcceptedSocket {
    Descriptor descriptor;
    bool is_v6 = false;
    std::string address;
    std::uint16_t port = 0;
};

// A listening socket, bound.
struct ListeningSocket {
    Descriptor descriptor;
    bool is_v6 = false;
    std::uint16_t port = 0;
};

// Binds and listens, or says in words why not: "cannot listen on 127.0.0.1:4000: address already in
// use".
std::variant<ListeningSocket, std::string> open_listening_socket(const std::string& host,
                                                                 std::uint16_t port);

// On one I/O thread.
class Acceptor {
 public:
    using Sink = std::function<void(AcceptedSocket)>;

    Acceptor(boost::asio::io_context& context, ListeningSocket socket, Sink sink);

    // Tries again after the process had run out of descriptors. To be called from time to time.
    void retry();

 private:
    void wait();
    void accept_ready();

    boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, boost::asio::io_context::executor_type>
        socket_;
    Sink sink_;
    bool out_of_descriptors_ = false;
};

}  // namespace net
