// How a net::Server is set up: where it listens, and every bound it keeps, each with its reason.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace net {

// Sizes and counts.
struct SizeLimits {
    // Request line and headers; beyond: 431. Tokens in headers and URLs are a few KiB at most.
    std::size_t head_bytes = 16 * 1024;
    // Request body; beyond: 413. The figure existing clients know.
    std::size_t body_bytes = 8'000'000;
    // One WebSocket message, whole, after decompression; beyond: close 1009. Content is 64 KiB plus
    // metadata.
    std::size_t message_bytes = 1024 * 1024;
    // What may wait for one WebSocket receiver; beyond: close 1013. A phone's bad minute, not an
    // attack's.
    std::size_t outbox_bytes = 1024 * 1024;
    // Unfinished request bodies and WebSocket messages of all connections together; beyond: 503, or
    // close 1013. Many large uploads at once must not take the machine's memory.
    std::size_t input_bytes = 256 * 1024 * 1024;
    // Open connections of the server; beyond: closed at once.
    std::size_t connections = 100'000;
    // WebSocket handshakes (with TLS: connections) per address (IPv6: per /64): as many at once,
    // then as many a second. Beyond: 429 (with TLS: closed). Loopback and `rate_exempt` are not
    // counted. 0 per second: no bound.
    double handshakes_per_address_burst = 200;
    double handshakes_per_address_per_second = 20;
};

// Times. They are kept by one scan per `tick`, so each may end up to one tick late.
struct TimeLimits {
    using Duration = std::chrono::milliseconds;

    Duration tick{1'000};
    // From the first byte (or the accepted connection) to the end of the request head; beyond: 408.
    Duration head{10'000};
    // A body has this long, plus a second for every `body_bytes_per_second` received; beyond: 408.
    Duration body_grace{10'000};
    std::size_t body_bytes_per_second = 1024;
    // Between two pieces of a body that is taken in pieces, whatever came before; beyond: 408.
    Duration body_stall{30'000};
    // Between requests of one connection.
    Duration keep_alive{60'000};
    Duration tls_handshake{10'000};
    // Without any frame from the client; then close 1000. Existing clients rely on it.
    Duration websocket_idle{45'000};
    // After so much silence the server pings; two unanswered in a row end the connection. 0: never.
    // The pong to it does not count as a frame of the client for `websocket_idle`.
    Duration websocket_ping{0};
    // For the peer's half of the closing handshake, and for it to read our last answer.
    Duration close{5'000};
    // A write that makes no progress.
    Duration write_stall{30'000};
    // TCP_USER_TIMEOUT: unacknowledged data this old ends the connection. 0: the system's default.
    Duration tcp_user_timeout{30'000};
};

// Aggregate, for designated initialisers.
struct ServerOptions {
    // An IPv4 or IPv6 address, a name ("localhost"), or "" for all addresses.
    std::string host = "127.0.0.1";
    // 0: any free port; Server::port() tells which.
    std::uint16_t port = 0;
    std::size_t io_threads = 1;
    // PEM files. Both empty: no TLS. One of them: start() fails.
    std::string tls_certificate_file{};
    std::string tls_key_file{};
    // Offer permessage-deflate to clients that ask for it. Only single sends beyond
    // `compress_from_bytes` are compressed; shared frames never are. No state is kept between
    // messages.
    bool websocket_deflate = false;
    std::size_t compress_from_bytes = 1024;
    // Addresses whose handshakes are not counted: trusted proxies.
    std::vector<std::string> rate_exempt{};
    SizeLimits sizes{};
    TimeLimits times{};
};

}  // namespace net
