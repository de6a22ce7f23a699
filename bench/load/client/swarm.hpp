// Many client connections to one server in one thread: one epoll set, one shared read buffer, no
// copy of what arrives whole. Everything queued for a connection during a turn leaves in one write
// at the turn's end. Single-threaded; the handler is called from turn() only and may call send()
// but never connect().
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "client/deadline.hpp"

namespace load {

enum class Framing { websocket, http, resp };

/// A server on the loopback interface.
struct Endpoint {
    std::uint16_t port = 0;

    [[nodiscard]] std::string host() const { return "127.0.0.1:" + std::to_string(port); }
};

/// What a scenario does with what arrives.
class SwarmHandler {
 public:
    virtual ~SwarmHandler() = default;
    /// A text message, a whole HTTP response, or one RESP reply. The view ends with the call.
    virtual void on_message(std::size_t connection, std::string_view message) = 0;
    /// After the last message of a turn: the place to send the next ones in a bunch.
    virtual void on_turn() {}
};

class Swarm {
 public:
    Swarm(Endpoint endpoint, Framing framing);
    ~Swarm();
    Swarm(const Swarm&) = delete;
    Swarm& operator=(const Swarm&) = delete;

    /// The handler must outlive the swarm or be replaced first; null drops what arrives.
    void set_handler(SwarmHandler* handler) { handler_ = handler; }

    /// Opens `count` more connections, at most 128 at a time, and waits until all are open (for
    /// WebSockets: upgraded). `target(i)` is the request target of connection i. Throws Failure
    /// when one is refused or lost, or after `patience`.
    void connect(std::size_t count, const std::function<std::string(std::size_t)>& target,
                 Clock::duration patience);

    /// Where the connections opened from now on go.
    void aim_at(Endpoint endpoint) { endpoint_ = endpoint; }

    /// Queues a message: a text frame on a WebSocket, the bytes themselves otherwise.
    void send(std::size_t connection, std::string_view message);

    /// One loop turn: writes what is queued, waits at most `wait_ms`, hands over what arrived,
    /// writes again.
    void turn(int wait_ms);

    /// Turns until `done()` or the deadline; whether it was done. Throws Failure if a connection is
    /// lost meanwhile.
    bool run_until(const std::function<bool()>& done, Clock::time_point deadline);

    /// Turns until nothing has arrived for `quiet`, at most until the deadline; whether it became
    /// quiet.
    bool settle(Clock::duration quiet, Clock::time_point deadline);

    [[nodiscard]] std::size_t size() const { return connections_.size(); }
    [[nodiscard]] std::uint64_t bytes_received() const { return bytes_; }
    [[nodiscard]] std::uint64_t messages_received() const { return messages_; }
    [[nodiscard]] Clock::time_point last_arrival() const { return last_arrival_; }

 private:
    enum class State : std::uint8_t { connecting, upgrading, open, closed };
    struct Connection {
        int fd = -1;
        State state = State::connecting;
        bool dirty = false;
        bool wants_write = false;
        std::string in;
        std::string out;
    };
    struct Piece {
        std::size_t consumed = 0;
        std::string_view message;
        bool deliver = false;
    };

    void open_one(const std::string& target);
    void queue(std::size_t index, std::string_view raw);
    void flush(std::size_t index);
    void flush_dirty();
    void watch_writes(std::size_t index, bool wanted);
    void readable(std::size_t index);
    std::size_t consume(std::size_t index, std::string_view data);
    Piece next_piece(std::size_t index, std::string_view data);
    Piece next_frame(std::size_t index, std::string_view data);
    void upgraded(std::size_t index, std::string_view head);
    void lose(std::size_t index, const std::string& why);
    void throw_if_lost() const;

    Endpoint endpoint_;
    Framing framing_;
    SwarmHandler* handler_ = nullptr;
    int epoll_ = -1;
    std::vector<Connection> connections_;
    std::vector<std::size_t> dirty_;
    std::vector<char> buffer_;
    std::size_t open_ = 0;
    std::size_t lost_ = 0;
    std::string lost_reason_;
    std::uint64_t bytes_ = 0;
    std::uint64_t messages_ = 0;
    Clock::time_point last_arrival_{};
};

}  // namespace load
