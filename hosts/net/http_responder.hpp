// The obligation to answer one request, or one wish to upgrade to WebSocket.
//
// Movable, answers once, from any thread. Destroyed without an answer it answers 500 by itself, so
// a request is never left hanging. If the client is gone meanwhile, or the server, the answer is
// dropped.
#pragma once

#include <cstdint>
#include <memory>

#include "net/http_message.hpp"

namespace net {

class IoThread;
class EventLoop;
class WebSocketHandler;

// Which connection of an I/O thread, and never again another one.
struct ConnectionId {
    std::uint32_t slot = 0;
    std::uint32_t generation = 0;

    friend bool operator==(const ConnectionId&, const ConnectionId&) = default;
};

class HttpResponder {
 public:
    HttpResponder() = default;
    HttpResponder(std::shared_ptr<EventLoop> loop, ConnectionId connection);
    HttpResponder(HttpResponder&&) noexcept = default;
    HttpResponder& operator=(HttpResponder&& other) noexcept;
    ~HttpResponder();

    // Requires: not answered yet. Afterwards this responder is empty.
    void answer(HttpResponse response);

    // Still owes an answer?
    explicit operator bool() const { return loop_ != nullptr; }
    // The I/O thread of the connection. Requires: still owes an answer.
    IoThread& thread() const;

 private:
    std::shared_ptr<EventLoop> loop_;
    ConnectionId connection_;
};

class UpgradeResponder {
 public:
    UpgradeResponder() = default;
    UpgradeResponder(std::shared_ptr<EventLoop> loop, ConnectionId connection);
    UpgradeResponder(UpgradeResponder&&) noexcept = default;
    UpgradeResponder& operator=(UpgradeResponder&& other) noexcept;
    ~UpgradeResponder();

    // Answers 101 and hands the connection to `session`, whose on_open is called soon on the
    // connection's I/O thread, never within this call. If the client is gone, the session is
    // destroyed on that thread without any call. Requires: not answered yet; `session` is not null.
    void accept(std::unique_ptr<WebSocketHandler> session);
    // Answers like an ordinary request; the connection stays HTTP.
    void refuse(HttpResponse response);

    explicit operator bool() const { return loop_ != nullptr; }
    IoThread& thread() const;

 private:
    std::shared_ptr<EventLoop> loop_;
    ConnectionId connection_;
};

}  // namespace net
