// The least a WebSocket server can do: raw epoll, one thread, a message framed once and written to
// every subscriber with one writev a socket and loop turn. What others cost is measured against it.
//
// Paths: /pub sends to all subscribers, /echo gets its own text back, any other is a subscriber
// whose text is dropped. A plain GET is answered with 200 and an empty object.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wire/ws_frame.hpp"

namespace load {

class FloorServer {
 public:
    struct Options {
        std::uint16_t port = 0;
        /// Messages that must have been published before a turn writes them: a scripted burst.
        std::size_t burst = 1;
    };

    /// Listens on 127.0.0.1. Throws Failure if it cannot.
    explicit FloorServer(const Options& options);
    ~FloorServer();
    FloorServer(const FloorServer&) = delete;
    FloorServer& operator=(const FloorServer&) = delete;

    /// Serves until a signal sets `stop`.
    void run(const volatile int& stop);

 private:
    enum class Role : std::uint8_t { none, opening, subscriber, publisher, echo };
    /// Bytes that could not be read or written whole; most connections never have any.
    struct Remainder {
        std::string in;
        std::string out;
    };
    struct Connection {
        std::unique_ptr<Remainder> rest;
        std::uint32_t place = 0;  ///< in subscribers_
        Role role = Role::none;
        bool wants_write = false;
    };

    void accept_all();
    void readable(int fd);
    std::size_t consume(int fd, char* data, std::size_t size);
    std::size_t open(int fd, std::string_view data);
    void message(int fd, std::string_view text);
    void flush_turn();
    void deliver(int fd, std::size_t total);
    void send(int fd, std::string_view bytes);
    void keep_unsent(int fd, std::string_view bytes);
    void writable(int fd);
    void watch_writes(int fd, bool wanted);
    void drop(int fd);

    Options options_;
    int listener_ = -1;
    int epoll_ = -1;
    std::vector<Connection> connections_;  ///< by descriptor
    std::vector<int> subscribers_;
    std::vector<std::string> turn_;  ///< frames of this turn
    std::size_t published_ = 0;      ///< how many of turn_ are in use
    std::vector<char> buffer_;
};

}  // namespace load
