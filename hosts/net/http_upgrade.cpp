// From HTTP to WebSocket: what a handshake has to be, and the change of protocol.
#include <utility>

#include "net/event_loop.hpp"
#include "net/http_session.hpp"
#include "net/server.hpp"
#include "net/websocket_session.hpp"

namespace net {

namespace {

std::string joined_values(const HttpRequest& request, std::string_view name) {
    std::string all;
    for (std::string_view value : request.headers(name)) {
        if (!all.empty()) all += ", ";
        all += value;
    }
    return all;
}

}  // namespace

void HttpSession::dispatch_upgrade(HttpRequest request) {
    EventLoop& loop = connection_.loop();
    const std::string_view key = request.header("sec-websocket-key").value_or("");
    if (request.method() != "GET" || request.version() != 11 || !request.body().empty()) {
        return refuse_upgrade(
            {400, "a websocket handshake is a GET request of HTTP/1.1 without a body"});
    }
    if (request.header("sec-websocket-version").value_or("") != "13") {
        return refuse_upgrade({426, "websocket version 13 required"});
    }
    if (!is_websocket_key(key) || request.headers("sec-websocket-key").size() != 1) {
        return refuse_upgrade({400, "malformed sec-websocket-key"});
    }
    // With TLS the handshake was counted when the connection came.
    if (!connection_.is_tls() &&
        !loop.state().rate.admit(peer_address_, std::chrono::steady_clock::now())) {
        loop.counters().refused.add();
        return refuse_upgrade({429, "too many websocket handshakes"});
    }
    handshake_ = std::make_unique<Handshake>();
    handshake_->accept = websocket_accept(key);
    if (loop.options().websocket_deflate) {
        handshake_->deflate = negotiate_deflate(joined_values(request, "sec-websocket-extensions"));
    }
    try {
        loop.handler().on_upgrade(std::move(request),
                                  UpgradeResponder(loop.shared_from_this(), connection_.id()));
    } catch (...) {
        loop.counters().handler_errors.add();
    }
}

void HttpSession::refuse_upgrade(HttpFailure failure) {
    if (failure.status != 429) connection_.loop().counters().protocol_errors.add();
    HttpResponse response =
        connection_.loop().handler().on_http_error(failure.status, failure.reason);
    if (failure.status == 426) response.add("Sec-WebSocket-Version", "13");
    response.close = true;
    answer(std::move(response));
}

void HttpSession::accept_upgrade(std::unique_ptr<WebSocketHandler> session) {
    if (stage_ != Stage::waiting || handshake_ == nullptr || connection_.is_dead()) return;
    upgraded_ = std::move(session);
    // From process() the bytes behind the handshake are still on its stack, and it goes on by
    // itself; otherwise the session begins when this turn ends.
    connection_.touch();
}

void HttpSession::become_websocket() {
    std::string head =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
        "Upgrade\r\nSec-WebSocket-Accept: " +
        handshake_->accept + "\r\n";
    if (handshake_->deflate.window_bits != 0) {
        head += "Sec-WebSocket-Extensions: " + handshake_->deflate.response + "\r\n";
    }
    connection_.send(Buffer::concat({head, "\r\n"}));
    auto session = std::make_unique<WebSocketSession>(connection_, std::move(upgraded_),
                                                      handshake_->deflate.window_bits);
    WebSocketSession& websocket = *session;
    std::string early = std::exchange(leftover_, {});
    Connection& connection = connection_;
    connection.speak(std::move(session));
    websocket.open();
    if (!early.empty()) websocket.on_input(early.data(), early.data() + early.size());
    connection.resume_input();
}

}  // namespace net
