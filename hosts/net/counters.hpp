// What the networking layer counts, for the host's metrics.
#pragma once

#include <atomic>
#include <cstdint>

namespace net {

// One number, written by one thread and read by any: a plain add, without a locked instruction.
class Counter {
 public:
    void add(std::uint64_t amount = 1) {
        value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    }
    void subtract(std::uint64_t amount = 1) {
        value_.store(value_.load(std::memory_order_relaxed) - amount, std::memory_order_relaxed);
    }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
    std::atomic<std::uint64_t> value_{0};
};

// Of one I/O thread (N = Counter), or a snapshot of all of them (N = std::uint64_t).
template <class N>
struct CountersOf {
    N http_open{};       // gauge: connections that speak HTTP now
    N websocket_open{};  // gauge: connections that speak WebSocket now
    N accepted{};        // connections taken
    N refused{};         // connections or upgrades turned away: too many, too fast
    N requests{};        // HTTP requests handed to the host
    N upgrades{};        // WebSocket sessions opened
    N frames_in{};       // WebSocket messages and control frames received
    N frames_out{};      // WebSocket frames queued
    N bytes_in{};        // before decryption is counted off: payload of read calls
    N bytes_out{};
    N writes{};           // system calls (or TLS writes) that carried bytes_out
    N slow_receivers{};   // closed because their outbox was full or stalled
    N protocol_errors{};  // malformed requests and frames
    N timeouts{};         // closed by a time limit
    N tls_failures{};     // handshakes that failed
    N handler_errors{};   // exceptions that left a handler of the host

    // Calls f(name, member of a, member of b) for each number, so that a list of them exists only
    // here.
    template <class A, class B, class F>
    static void each(A& a, B& b, F f) {
        f("http_open", a.http_open, b.http_open);
        f("websocket_open", a.websocket_open, b.websocket_open);
        f("accepted", a.accepted, b.accepted);
        f("refused", a.refused, b.refused);
        f("requests", a.requests, b.requests);
        f("upgrades", a.upgrades, b.upgrades);
        f("frames_in", a.frames_in, b.frames_in);
        f("frames_out", a.frames_out, b.frames_out);
        f("bytes_in", a.bytes_in, b.bytes_in);
        f("bytes_out", a.bytes_out, b.bytes_out);
        f("writes", a.writes, b.writes);
        f("slow_receivers", a.slow_receivers, b.slow_receivers);
        f("protocol_errors", a.protocol_errors, b.protocol_errors);
        f("timeouts", a.timeouts, b.timeouts);
        f("tls_failures", a.tls_failures, b.tls_failures);
        f("handler_errors", a.handler_errors, b.handler_errors);
    }
};

using Counters = CountersOf<Counter>;
using CountersSnapshot = CountersOf<std::uint64_t>;

}  // namespace net
