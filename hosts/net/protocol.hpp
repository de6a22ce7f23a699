// What is spoken on a connection: HTTP at first, WebSocket after an upgrade.
//
// The connection moves bytes and keeps the socket; the protocol decides what they mean. All calls
// on the connection's I/O thread.
#pragma once

#include <chrono>

namespace net {

class HttpSession;
class WebSocketSession;

using Time = std::chrono::steady_clock::time_point;
constexpr Time never = Time::max();

class Protocol {
 public:
    Protocol() = default;
    Protocol(const Protocol&) = delete;
    Protocol& operator=(const Protocol&) = delete;
    virtual ~Protocol() = default;

    // Bytes have come; they may be changed in place and are gone after the call.
    virtual void on_input(char* begin, char* end) = 0;
    // The peer will send no more.
    virtual void on_end_of_input() = 0;
    // Read on? Asked before every read.
    virtual bool wants_input() const = 0;
    // After what was queued in this turn of the loop was handed to the kernel.
    virtual void on_turn_end() {}
    // The connection has ended; the last call.
    virtual void on_gone() {}

    // When on_deadline is to be called; asked after every change that Connection::deadline_changed
    // announces.
    virtual Time deadline() const = 0;
    virtual void on_deadline(Time now) = 0;
    // The server stops, and cuts what is left at `last`.
    virtual void on_stop(Time now, Time last) = 0;

    virtual HttpSession* as_http() { return nullptr; }
    virtual WebSocketSession* as_websocket() { return nullptr; }
};

}  // namespace net
