// A WebSocket session: the connection as the host uses it, and the host's object that is called
// about it.
//
// The host returns a WebSocketHandler from an upgrade. It is called on one thread, the connection's
// I/O thread:
//     on_open, then any number of on_text/on_binary/on_pong, then on_close exactly once, then it is
//     destroyed.
// Pings are answered, fragments joined, UTF-8 checked, close frames exchanged before the handler
// hears of anything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "net/frame.hpp"
#include "net/http_responder.hpp"

namespace net {

class IoThread;
class WebSocketHandle;

// Close codes this layer uses by itself.
namespace close_code {
constexpr std::uint16_t normal = 1000;  // also: idle for too long
constexpr std::uint16_t protocol_error = 1002;
constexpr std::uint16_t none = 1005;      // the peer's close frame had no code (on_close only)
constexpr std::uint16_t lost = 1006;      // no close frame at all (on_close only)
constexpr std::uint16_t bad_data = 1007;  // text that is not UTF-8
constexpr std::uint16_t too_big = 1009;
constexpr std::uint16_t service_restart = 1012;  // graceful stop
constexpr std::uint16_t try_later = 1013;        // the receiver reads too slowly
}  // namespace close_code

// The connection. Only on its I/O thread, and only until on_close has returned; other threads use
// handle().
class WebSocket {
 public:
    // Queues a frame that was built once for many. Nothing is copied; it is written, with
    // everything else that was queued for this connection, at the end of the loop's turn. False,
    // and nothing queued, when the session is closing or when this frame overflows the outbox (then
    // it is being closed with 1013; on_close follows this turn).
    virtual bool send(const Frame& frame) = 0;

    // Queues a text message for this connection alone, compressed if that was negotiated and it is
    // long enough. Requires: valid UTF-8. Result as above.
    virtual bool send_text(std::string_view payload) = 0;

    // Sends a close frame after what is queued. on_close follows at the end of this turn, not
    // within this call. Requires: a code that may be sent (1000-1003, 1007-1014, 3000-4999);
    // reason: UTF-8, at most 123 bytes (cut).
    virtual void close(std::uint16_t code, std::string_view reason) = 0;

    // Sends a ping; the pong brings its payload to on_pong: everything queued before it has then
    // reached the client. Requires: 1 to 125 bytes. Result as for send.
    virtual bool ping(std::string_view payload) = 0;

    // Stops (and resumes) reading, so that a client which sends too fast is slowed down by TCP. Not
    // counted as idle.
    virtual void pause_reading() = 0;
    virtual void resume_reading() = 0;

    // What is queued and not yet taken by the kernel.
    virtual std::size_t queued_bytes() const = 0;
    virtual bool is_closing() const = 0;
    virtual IoThread& thread() const = 0;
    // For other threads, and for later.
    virtual WebSocketHandle handle() const = 0;

 protected:
    ~WebSocket() = default;
};

// The host's side of one session. Owned by the connection; called and destroyed on its I/O thread.
// An exception that leaves a call closes the session with 1011.
class WebSocketHandler {
 public:
    virtual ~WebSocketHandler() = default;

    // `socket` may be kept until on_close has returned.
    virtual void on_open(WebSocket& socket) = 0;
    // A whole message. The bytes live only during the call.
    virtual void on_text(std::string_view payload) = 0;
    virtual void on_binary(std::span<const std::byte> payload) = 0;
    // The answer to WebSocket::ping, or a pong the client sent on its own.
    virtual void on_pong(std::string_view) {}
    // The end, whoever caused it; nothing can be sent any more. `clean`: a close frame came from
    // the peer, or WebSocket::close was called; otherwise the connection was lost, timed out, too
    // slow or broke the protocol.
    virtual void on_close(std::uint16_t code, bool clean) = 0;
};

// Names a session from anywhere, at any time. Copyable, from any thread; outlives the session and
// the server.
class WebSocketHandle {
 public:
    WebSocketHandle() = default;
    WebSocketHandle(std::shared_ptr<EventLoop> loop, ConnectionId connection)
        : loop_(std::move(loop)), connection_(connection) {}

    // Runs `use` on the session's I/O thread if the session is open by then; otherwise destroys it
    // there unused. False when that thread has ended.
    bool post(std::function<void(WebSocket&)> use) const;
    bool send(Frame frame) const;
    bool close(std::uint16_t code, std::string_view reason) const;

    friend bool operator==(const WebSocketHandle&, const WebSocketHandle&) = default;

 private:
    std::shared_ptr<EventLoop> loop_;
    ConnectionId connection_;
};

}  // namespace net
