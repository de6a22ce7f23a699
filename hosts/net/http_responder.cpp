#include "net/http_responder.hpp"

#include <utility>

#include "net/http_session.hpp"
#include "net/websocket_session.hpp"

namespace net {

namespace {

void answer_dropped(const std::shared_ptr<EventLoop>& loop, ConnectionId id) {
    if (loop != nullptr) {
        with_http_session(loop, id, [](HttpSession& session) { session.answer_dropped(); });
    }
}

}  // namespace

HttpResponder::HttpResponder(std::shared_ptr<EventLoop> loop, ConnectionId connection)
    : loop_(std::move(loop)), connection_(connection) {}

HttpResponder& HttpResponder::operator=(HttpResponder&& other) noexcept {
    std::swap(loop_, other.loop_);
    std::swap(connection_, other.connection_);
    return *this;
}

HttpResponder::~HttpResponder() {
    answer_dropped(loop_, connection_);
}

void HttpResponder::answer(HttpResponse response) {
    const std::shared_ptr<EventLoop> loop = std::exchange(loop_, nullptr);
    with_http_session(loop, connection_,
                      [response = std::move(response)](HttpSession& session) mutable {
                          session.answer(std::move(response));
                      });
}

IoThread& HttpResponder::thread() const {
    return *loop_;
}

UpgradeResponder::UpgradeResponder(std::shared_ptr<EventLoop> loop, ConnectionId connection)
    : loop_(std::move(loop)), connection_(connection) {}

UpgradeResponder& UpgradeResponder::operator=(UpgradeResponder&& other) noexcept {
    std::swap(loop_, other.loop_);
    std::swap(connection_, other.connection_);
    return *this;
}

UpgradeResponder::~UpgradeResponder() {
    answer_dropped(loop_, connection_);
}

void UpgradeResponder::accept(std::unique_ptr<WebSocketHandler> session) {
    const std::shared_ptr<EventLoop> loop = std::exchange(loop_, nullptr);
    with_http_session(loop, connection_, [session = std::move(session)](HttpSession& http) mutable {
        http.accept_upgrade(std::move(session));
    });
}

void UpgradeResponder::refuse(HttpResponse response) {
    const std::shared_ptr<EventLoop> loop = std::exchange(loop_, nullptr);
    with_http_session(loop, connection_,
                      [response = std::move(response)](HttpSession& session) mutable {
                          session.answer(std::move(response));
                      });
}

IoThread& UpgradeResponder::thread() const {
    return *loop_;
}

bool WebSocketHandle::post(std::function<void(WebSocket&)> use) const {
    if (loop_ == nullptr) return false;
    EventLoop* target = loop_.get();
    return loop_->post([target, id = connection_, use = std::move(use)] {
        Connection* connection = target->find(id);
        WebSocketSession* session =
            connection != nullptr ? connection->protocol().as_websocket() : nullptr;
        if (session != nullptr && !session->is_closing()) use(*session);
    });
}

bool WebSocketHandle::send(Frame frame) const {
    return post([frame = std::move(frame)](WebSocket& socket) { socket.send(frame); });
}

bool WebSocketHandle::close(std::uint16_t code, std::string_view reason) const {
    return post(
        [code, text = std::string(reason)](WebSocket& socket) { socket.close(code, text); });
}

}  // namespace net
