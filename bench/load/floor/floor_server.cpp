#include "floor/floor_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "client/failure.hpp"
#include "wire/http_message.hpp"
#include "wire/ws_handshake.hpp"

namespace load {
namespace {

constexpr std::size_t max_turn = 256;
constexpr std::size_t max_unsent = 16U << 20U;
constexpr std::size_t max_head = 16U << 10U;
constexpr int backlog = 4096;

}  // namespace

FloorServer::FloorServer(const Options& options)
    : options_(options),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      turn_(max_turn),
      buffer_(64U << 10U) {
    if (listener_ < 0 || epoll_ < 0) throw system_failure("socket");
    options_.burst = std::clamp<std::size_t>(options_.burst, 1, max_turn);
    const int on = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(options_.port);
    if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_, backlog) != 0) {
        throw system_failure("listen on port " + std::to_string(options_.port));
    }
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = listener_;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &event);
}

FloorServer::~FloorServer() {
    for (std::size_t fd = 0; fd < connections_.size(); ++fd) {
        if (connections_[fd].role != Role::none) ::close(static_cast<int>(fd));
    }
    ::close(listener_);
    ::close(epoll_);
}

void FloorServer::run(const volatile int& stop) {
    std::array<epoll_event, 512> events;
    while (stop == 0) {
        const int found = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < found; ++i) {
            const epoll_event& event = events[static_cast<std::size_t>(i)];
            const int fd = event.data.fd;
            if (fd == listener_) {
                accept_all();
                continue;
            }
            if ((event.events & EPOLLOUT) != 0) writable(fd);
            if ((event.events & ~static_cast<unsigned>(EPOLLOUT)) != 0) readable(fd);
        }
        if (published_ >= options_.burst) flush_turn();
    }
}

void FloorServer::accept_all() {
    for (;;) {
        const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        const auto at = static_cast<std::size_t>(fd);
        if (connections_.size() <= at) connections_.resize(at + 1);
        connections_[at].role = Role::opening;
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = fd;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
    }
}

void FloorServer::readable(int fd) {
    Connection& connection = connections_[static_cast<std::size_t>(fd)];
    if (connection.role == Role::none) return;
    const ssize_t n = ::recv(fd, buffer_.data(), buffer_.size(), 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) {
        drop(fd);
        return;
    }
    const auto size = static_cast<std::size_t>(n);
    if (connection.rest == nullptr || connection.rest->in.empty()) {
        const std::size_t used = consume(fd, buffer_.data(), size);
        if (used < size && connection.role != Role::none) {
            if (connection.rest == nullptr) connection.rest = std::make_unique<Remainder>();
            connection.rest->in.assign(buffer_.data() + used, size - used);
        }
        return;
    }
    std::string held = std::move(connection.rest->in);
    held.append(buffer_.data(), size);
    const std::size_t used = consume(fd, held.data(), held.size());
    if (connection.role == Role::none) return;
    connection.rest->in = held.substr(used);
    if (connection.rest->in.empty() && connection.rest->out.empty()) connection.rest.reset();
}

std::size_t FloorServer::consume(int fd, char* data, std::size_t size) {
    const Connection& connection = connections_[static_cast<std::size_t>(fd)];
    std::size_t used = 0;
    while (used < size && connection.role != Role::none) {
        const std::string_view in(data + used, size - used);
        if (connection.role == Role::opening) {
            const std::size_t head = open(fd, in);
            if (head == 0) break;
            used += head;
            continue;
        }
        WsFrame frame;
        const WsScan scan = scan_ws_frame(in, frame);
        if (scan == WsScan::partial) break;
        if (scan == WsScan::invalid || frame.opcode == WsOpcode::close) {
            drop(fd);
            break;
        }
        unmask_ws_payload(data + used + frame.header, frame);
        if (frame.opcode == WsOpcode::text) message(fd, in.substr(frame.header, frame.payload));
        used += frame.header + frame.payload;
    }
    return used;
}

std::size_t FloorServer::open(int fd, std::string_view data) {
    const std::size_t size = http_head_length(data);
    if (size == 0 || size > max_head || data.substr(0, 4) != "GET ") {
        if (size != 0 || data.size() > max_head) drop(fd);
        return 0;
    }
    const std::string_view head = data.substr(0, size);
    const std::string_view key = http_header(head, "sec-websocket-key");
    if (key.empty()) {
        send(fd,
             "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
        return size;
    }
    Connection& connection = connections_[static_cast<std::size_t>(fd)];
    const std::string_view path = head.substr(4);
    if (path.substr(0, 4) == "/pub") {
        connection.role = Role::publisher;
    } else if (path.substr(0, 5) == "/echo") {
        connection.role = Role::echo;
    } else {
        connection.role = Role::subscriber;
        connection.place = static_cast<std::uint32_t>(subscribers_.size());
        subscribers_.push_back(fd);
    }
    send(fd, upgrade_response(key));
    return size;
}

void FloorServer::message(int fd, std::string_view text) {
    const Role role = connections_[static_cast<std::size_t>(fd)].role;
    if (role == Role::publisher) {
        if (published_ == max_turn) flush_turn();
        std::string& frame = turn_[published_++];
        frame.clear();
        append_server_frame(frame, WsOpcode::text, text);
    } else if (role == Role::echo) {
        std::string frame;
        append_server_frame(frame, WsOpcode::text, text);
        send(fd, frame);
    }
}

void FloorServer::flush_turn() {
    std::array<iovec, max_turn> parts;
    std::size_t total = 0;
    for (std::size_t i = 0; i < published_; ++i) {
        parts[i] = {turn_[i].data(), turn_[i].size()};
        total += turn_[i].size();
    }
    // Backwards, because a subscriber that is dropped is replaced by the last one.
    for (std::size_t i = subscribers_.size(); i-- > 0;) {
        const int fd = subscribers_[i];
        const Connection& connection = connections_[static_cast<std::size_t>(fd)];
        if (connection.wants_write) {
            deliver(fd, 0);
            continue;
        }
        const ssize_t n = ::writev(fd, parts.data(), static_cast<int>(published_));
        if (n == static_cast<ssize_t>(total)) continue;
        if (n < 0 && errno != EAGAIN) {
            drop(fd);
        } else {
            deliver(fd, n < 0 ? 0 : static_cast<std::size_t>(n));
        }
    }
    published_ = 0;
}

// Keeps what writev did not take: the frames of this turn without their first `taken` bytes.
void FloorServer::deliver(int fd, std::size_t taken) {
    std::string all;
    for (std::size_t i = 0; i < published_; ++i) {
        all += turn_[i];
    }
    keep_unsent(fd, std::string_view(all).substr(taken));
}

void FloorServer::send(int fd, std::string_view bytes) {
    std::size_t sent = 0;
    if (!connections_[static_cast<std::size_t>(fd)].wants_write) {
        const ssize_t n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n < 0 && errno != EAGAIN) {
            drop(fd);
            return;
        }
        sent = n < 0 ? 0 : static_cast<std::size_t>(n);
    }
    if (sent < bytes.size()) keep_unsent(fd, bytes.substr(sent));
}

void FloorServer::keep_unsent(int fd, std::string_view bytes) {
    Connection& connection = connections_[static_cast<std::size_t>(fd)];
    if (connection.rest == nullptr) connection.rest = std::make_unique<Remainder>();
    if (connection.rest->out.size() + bytes.size() > max_unsent) {
        drop(fd);
        return;
    }
    connection.rest->out.append(bytes);
    watch_writes(fd, true);
}

void FloorServer::writable(int fd) {
    Connection& connection = connections_[static_cast<std::size_t>(fd)];
    if (connection.role == Role::none || connection.rest == nullptr) return;
    std::string& out = connection.rest->out;
    const ssize_t n = ::send(fd, out.data(), out.size(), MSG_NOSIGNAL);
    if (n < 0) {
        if (errno != EAGAIN) drop(fd);
        return;
    }
    out.erase(0, static_cast<std::size_t>(n));
    if (!out.empty()) return;
    watch_writes(fd, false);
    if (connection.rest->in.empty()) connection.rest.reset();
}

void FloorServer::watch_writes(int fd, bool wanted) {
    Connection& connection = connections_[static_cast<std::size_t>(fd)];
    if (connection.wants_write == wanted) return;
    connection.wants_write = wanted;
    epoll_event event{};
    event.events = EPOLLIN | (wanted ? EPOLLOUT : 0U);
    event.data.fd = fd;
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
}

void FloorServer::drop(int fd) {
    Connection& connection = connections_[static_cast<std::size_t>(fd)];
    if (connection.role == Role::none) return;
    if (connection.role == Role::subscriber) {
        const int last = subscribers_.back();
        subscribers_[connection.place] = last;
        connections_[static_cast<std::size_t>(last)].place = connection.place;
        subscribers_.pop_back();
    }
    connection = Connection{};
    ::close(fd);
}

}  // namespace load
