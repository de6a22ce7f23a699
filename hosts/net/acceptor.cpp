#include "net/acceptor.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace net {

namespace {

// Connections the kernel keeps for us while the loop is busy: a whole office reconnecting at once.
constexpr int backlog = 4096;
// Accepted in one go before the connections that are already here have their turn.
constexpr int accepts_per_turn = 64;

// The words of the system, in the style of ours.
std::string words(const char* text) {
    std::string out(text);
    if (!out.empty() && out[0] >= 'A' && out[0] <= 'Z')
        out[0] = static_cast<char>(out[0] - 'A' + 'a');
    return out;
}

std::uint16_t bound_port(int descriptor) {
    sockaddr_storage address{};
    socklen_t size = sizeof(address);
    if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    if (address.ss_family == AF_INET6)
        return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
    return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

// 0, or the errno of what failed.
int try_listening(const addrinfo& where, bool all_addresses, ListeningSocket& out) {
    Descriptor descriptor(socket(where.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (descriptor.get() < 0) return errno;
    const int on = 1;
    const int only_v6 = all_addresses ? 0 : 1;
    setsockopt(descriptor.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (where.ai_family == AF_INET6) {
        setsockopt(descriptor.get(), IPPROTO_IPV6, IPV6_V6ONLY, &only_v6, sizeof(only_v6));
    }
    if (bind(descriptor.get(), where.ai_addr, where.ai_addrlen) != 0) return errno;
    if (listen(descriptor.get(), backlog) != 0) return errno;
    out.port = bound_port(descriptor.get());
    out.is_v6 = where.ai_family == AF_INET6;
    out.descriptor = std::move(descriptor);
    return 0;
}

void describe_peer(const sockaddr_storage& from, AcceptedSocket& out) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (from.ss_family == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(from);
        out.port = ntohs(v6.sin6_port);
        if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
            inet_ntop(AF_INET, v6.sin6_addr.s6_addr + 12, text.data(), text.size());
        } else {
            inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
        }
    } else {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(from);
        out.port = ntohs(v4.sin_port);
        inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    }
    out.address = text.data();
}

}  // namespace

Descriptor::~Descriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

std::variant<ListeningSocket, std::string> open_listening_socket(const std::string& host,
                                                                 std::uint16_t port) {
    const std::string shown_host = host.empty()                          ? "*"
                                   : host.find(':') != std::string::npos ? "[" + host + "]"
                                                                         : host;
    const std::string asked = "cannot listen on " + shown_host + ":" + std::to_string(port) + ": ";
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int failure = getaddrinfo(host.empty() ? "::" : host.c_str(),
                                    std::to_string(port).c_str(), &hints, &found);
    // A machine without IPv6 has no "::".
    const bool fall_back = host.empty();
    if (failure != 0 && !fall_back) return asked + words(gai_strerror(failure));
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> list(found, freeaddrinfo);

    ListeningSocket out;
    int error = EADDRNOTAVAIL;
    for (const addrinfo* where = list.get(); where != nullptr; where = where->ai_next) {
        error = try_listening(*where, host.empty(), out);
        if (error == 0) return out;
    }
    if (fall_back && error != EADDRINUSE && error != EACCES)
        return open_listening_socket("0.0.0.0", port);
    return asked + words(std::strerror(error));
}

Acceptor::Acceptor(boost::asio::io_context& context, ListeningSocket socket, Sink sink)
    : socket_(context), sink_(std::move(sink)) {
    socket_.assign(socket.is_v6 ? boost::asio::ip::tcp::v6() : boost::asio::ip::tcp::v4(),
                   socket.descriptor.release());
    wait();
}

void Acceptor::wait() {
    socket_.async_wait(boost::asio::socket_base::wait_read,
                       [this](const boost::system::error_code& error) {
                           if (error == boost::asio::error::operation_aborted) return;
                           accept_ready();
                       });
}

void Acceptor::retry() {
    if (!out_of_descriptors_) return;
    out_of_descriptors_ = false;
    accept_ready();
}

void Acceptor::accept_ready() {
    for (int i = 0; i < accepts_per_turn; ++i) {
        sockaddr_storage from{};
        socklen_t size = sizeof(from);
        const int descriptor = accept4(socket_.native_handle(), reinterpret_cast<sockaddr*>(&from),
                                       &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) {
            if (errno == EINTR || errno == ECONNABORTED || errno == EPROTO) continue;
            if (errno == EAGAIN || errno == EWOULDBLOCK) break;
            // Out of descriptors or memory: the listening socket stays readable, so waiting for it
            // would spin.
            out_of_descriptors_ = true;
            return;
        }
        AcceptedSocket accepted;
        accepted.descriptor = Descriptor(descriptor);
        accepted.is_v6 = from.ss_family == AF_INET6;
        describe_peer(from, accepted);
        sink_(std::move(accepted));
    }
    wait();
}

}  // namespace net
