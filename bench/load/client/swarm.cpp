#include "client/swarm.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "client/failure.hpp"
#include "wire/http_message.hpp"
#include "wire/resp_frame.hpp"
#include "wire/ws_frame.hpp"
#include "wire/ws_handshake.hpp"

namespace load {
namespace {

constexpr std::size_t read_size = 256U << 10U;
constexpr std::size_t connecting_at_once = 128;
// One source address has about 28,000 ports to one destination; a part of it, so that closed ones
// may linger.
constexpr std::size_t connections_per_source = 6000;

sockaddr_in loopback(std::uint32_t host, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(0x7f000000U | host);
    address.sin_port = htons(port);
    return address;
}

const sockaddr* generic(const sockaddr_in& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

}  // namespace

Swarm::Swarm(Endpoint endpoint, Framing framing)
    : endpoint_(endpoint),
      framing_(framing),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      buffer_(read_size) {
    if (epoll_ < 0) throw system_failure("epoll_create1");
}

Swarm::~Swarm() {
    // Reset instead of close: thousands of sockets in TIME_WAIT would make the next scenario run
    // out of ports.
    const linger at_once{1, 0};
    for (const Connection& connection : connections_) {
        if (connection.fd < 0) continue;
        ::setsockopt(connection.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        ::close(connection.fd);
    }
    ::close(epoll_);
}

void Swarm::open_one(const std::string& target) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) throw system_failure("socket");
    const std::size_t index = connections_.size();
    connections_.emplace_back();
    connections_[index].fd = fd;
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    const auto source = loopback(static_cast<std::uint32_t>(1 + index / connections_per_source), 0);
    if (::bind(fd, generic(source), sizeof source) != 0) throw system_failure("bind");
    const auto server = loopback(1, endpoint_.port);
    if (::connect(fd, generic(server), sizeof server) != 0 && errno != EINPROGRESS) {
        throw system_failure("connect to " + endpoint_.host());
    }
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT;
    event.data.u64 = index;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) throw system_failure("epoll_ctl");
    connections_[index].wants_write = true;
    if (framing_ == Framing::websocket) {
        connections_[index].out = upgrade_request(endpoint_.host(), target);
    }
}

void Swarm::connect(std::size_t count, const std::function<std::string(std::size_t)>& target,
                    Clock::duration patience) {
    const std::size_t goal = connections_.size() + count;
    const Clock::time_point deadline = after(patience);
    connections_.reserve(goal);
    while (open_ < goal) {
        while (connections_.size() < goal && connections_.size() - open_ < connecting_at_once) {
            open_one(target(connections_.size()));
        }
        turn(20);
        throw_if_lost();
        if (Clock::now() > deadline) {
            throw Failure("only " + std::to_string(open_) + " of " + std::to_string(goal) +
                          " connections to " + endpoint_.host() + " opened in time");
        }
    }
}

void Swarm::send(std::size_t connection, std::string_view message) {
    if (framing_ == Framing::websocket) {
        append_client_frame(connections_[connection].out, WsOpcode::text, message);
        queue(connection, {});
    } else {
        queue(connection, message);
    }
}

void Swarm::queue(std::size_t index, std::string_view raw) {
    Connection& connection = connections_[index];
    connection.out.append(raw);
    if (!connection.dirty) {
        connection.dirty = true;
        dirty_.push_back(index);
    }
}

void Swarm::flush_dirty() {
    for (const std::size_t index : dirty_) {
        connections_[index].dirty = false;
        flush(index);
    }
    dirty_.clear();
}

void Swarm::flush(std::size_t index) {
    Connection& connection = connections_[index];
    if (connection.fd < 0 || connection.state == State::connecting) return;
    std::size_t sent = 0;
    while (sent < connection.out.size()) {
        const ssize_t n = ::send(connection.fd, connection.out.data() + sent,
                                 connection.out.size() - sent, MSG_NOSIGNAL);
        if (n >= 0) {
            sent += static_cast<std::size_t>(n);
        } else if (errno == EAGAIN) {
            break;
        } else if (errno != EINTR) {
            lose(index, std::strerror(errno));
            return;
        }
    }
    connection.out.erase(0, sent);
    watch_writes(index, !connection.out.empty());
}

void Swarm::watch_writes(std::size_t index, bool wanted) {
    Connection& connection = connections_[index];
    if (connection.wants_write == wanted) return;
    connection.wants_write = wanted;
    epoll_event event{};
    event.events = EPOLLIN | (wanted ? EPOLLOUT : 0U);
    event.data.u64 = index;
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.fd, &event);
}

void Swarm::turn(int wait_ms) {
    flush_dirty();
    std::array<epoll_event, 1024> events;
    const int found = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), wait_ms);
    if (found < 0 && errno != EINTR) throw system_failure("epoll_wait");
    for (int i = 0; i < found; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        const std::size_t index = event.data.u64;
        Connection& connection = connections_[index];
        if (connection.fd < 0) continue;
        if ((event.events & EPOLLOUT) != 0 && connection.state == State::connecting) {
            int error = 0;
            socklen_t size = sizeof error;
            ::getsockopt(connection.fd, SOL_SOCKET, SO_ERROR, &error, &size);
            if (error != 0) {
                lose(index, std::strerror(error));
                continue;
            }
            connection.state = framing_ == Framing::websocket ? State::upgrading : State::open;
            open_ += connection.state == State::open ? 1 : 0;
        }
        if ((event.events & EPOLLOUT) != 0) flush(index);
        if ((event.events & ~static_cast<unsigned>(EPOLLOUT)) != 0 && connection.fd >= 0) {
            readable(index);
        }
    }
    if (handler_ != nullptr) handler_->on_turn();
    flush_dirty();
}

void Swarm::readable(std::size_t index) {
    const ssize_t n = ::recv(connections_[index].fd, buffer_.data(), buffer_.size(), 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) {
        lose(index, n == 0 ? "closed by the server" : std::strerror(errno));
        return;
    }
    bytes_ += static_cast<std::uint64_t>(n);
    last_arrival_ = Clock::now();
    const std::string_view fresh(buffer_.data(), static_cast<std::size_t>(n));
    std::string& held = connections_[index].in;
    if (held.empty()) {
        const std::size_t used = consume(index, fresh);
        held.assign(fresh.substr(used));
        return;
    }
    held.append(fresh);
    held.erase(0, consume(index, held));
    if (held.empty() && held.capacity() > 4096) std::string().swap(held);
}

std::size_t Swarm::consume(std::size_t index, std::string_view data) {
    std::size_t used = 0;
    while (used < data.size() && connections_[index].fd >= 0) {
        const Piece piece = next_piece(index, data.substr(used));
        if (piece.consumed == 0) break;
        used += piece.consumed;
        if (!piece.deliver) continue;
        ++messages_;
        if (handler_ != nullptr) handler_->on_message(index, piece.message);
    }
    return used;
}

Swarm::Piece Swarm::next_piece(std::size_t index, std::string_view data) {
    Piece piece;
    bool invalid = false;
    const bool upgrading = connections_[index].state == State::upgrading;
    if (upgrading || framing_ == Framing::http) {
        piece.consumed = http_response_length(data, invalid);
    } else if (framing_ == Framing::resp) {
        piece.consumed = resp_reply_length(data, invalid);
    } else {
        return next_frame(index, data);
    }
    piece.message = data.substr(0, piece.consumed);
    piece.deliver = !upgrading;
    if (invalid) lose(index, "an answer that is not one");
    if (upgrading && piece.consumed != 0) upgraded(index, piece.message);
    return piece;
}

Swarm::Piece Swarm::next_frame(std::size_t index, std::string_view data) {
    WsFrame frame;
    const WsScan scan = scan_ws_frame(data, frame);
    if (scan == WsScan::invalid) lose(index, "an invalid frame");
    if (scan != WsScan::complete) return {};
    const std::string_view payload = data.substr(frame.header, frame.payload);
    if (frame.opcode == WsOpcode::ping) {
        append_client_frame(connections_[index].out, WsOpcode::pong, payload);
        queue(index, {});
    } else if (frame.opcode == WsOpcode::close) {
        std::string why = "close frame";
        if (payload.size() >= 2) {
            const unsigned code =
                (static_cast<unsigned>(static_cast<unsigned char>(payload[0])) << 8U) |
                static_cast<unsigned char>(payload[1]);
            why += " " + std::to_string(code) + " " + std::string(payload.substr(2));
        }
        lose(index, why);
    }
    return {frame.header + frame.payload, payload, frame.opcode == WsOpcode::text};
}

void Swarm::upgraded(std::size_t index, std::string_view head) {
    if (http_status(head) != 101) {
        lose(index, "upgrade refused with status " + std::to_string(http_status(head)));
        return;
    }
    connections_[index].state = State::open;
    ++open_;
}

void Swarm::lose(std::size_t index, const std::string& why) {
    Connection& connection = connections_[index];
    if (connection.fd < 0) return;
    ::close(connection.fd);
    connection.fd = -1;
    if (connection.state == State::open) --open_;
    connection.state = State::closed;
    if (lost_++ == 0) lost_reason_ = "connection " + std::to_string(index) + ": " + why;
}

void Swarm::throw_if_lost() const {
    if (lost_ == 0) return;
    throw Failure(std::to_string(lost_) + " of " + std::to_string(connections_.size()) +
                  " connections to " + endpoint_.host() + " lost; first " + lost_reason_);
}

bool Swarm::run_until(const std::function<bool()>& done, Clock::time_point deadline) {
    while (!done()) {
        if (Clock::now() >= deadline) return false;
        turn(10);
        throw_if_lost();
    }
    return true;
}

bool Swarm::settle(Clock::duration quiet, Clock::time_point deadline) {
    last_arrival_ = Clock::now();
    return run_until([&] { return Clock::now() - last_arrival_ >= quiet; }, deadline);
}

}  // namespace load
