// HTTP/1.1 on a connection: one request at a time to the host, its answer back, until the
// connection becomes a WebSocket or ends.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "net/connection.hpp"
#include "net/event_loop.hpp"
#include "net/http_intake.hpp"
#include "net/http_message.hpp"
#include "net/http_outflow.hpp"
#include "net/http_parser.hpp"
#include "net/http_writer.hpp"
#include "net/input_charge.hpp"
#include "net/protocol.hpp"
#include "net/websocket.hpp"
#include "net/websocket_codec.hpp"

namespace net {

class HttpSession final : public Protocol {
 public:
    HttpSession(Connection& connection, std::string peer_address, std::uint16_t peer_port);
    ~HttpSession() override;

    // The host's answers. Ignored unless a request waits for one.
    void answer(HttpResponse response);
    void accept_upgrade(std::unique_ptr<WebSocketHandler> session);
    // The host dropped the request.
    void answer_dropped();
    // From the host, through BodyControl and BodyFeed; without effect when they are of an earlier
    // request.
    void resume_body(std::uint32_t serial);
    void send_piece(std::uint32_t serial, const BufferRef& piece);

    void on_input(char* begin, char* end) override;
    void on_end_of_input() override;
    bool wants_input() const override;
    void on_turn_end() override;
    void on_gone() override;
    Time deadline() const override;
    void on_deadline(Time now) override;
    void on_stop(Time now, Time last) override;
    HttpSession* as_http() override { return this; }

 private:
    enum class Stage : unsigned char {
        idle,
        head,
        body,     // it is kept until it is complete
        taking,   // it goes to the host in pieces
        waiting,  // for the answer
        sending,  // an answer in pieces
    };

    // What was agreed before the host is asked about an upgrade.
    struct Handshake {
        std::string accept;
        DeflateAgreement deflate;
    };

    void process(std::string_view bytes);
    // Takes one step; false when more bytes, or an answer, must come first.
    bool step(std::string_view& rest);
    void begin_body(bool more_is_here);
    void begin_taking();
    bool take(std::string_view& rest);
    HttpRequest take_request();
    void dispatch();
    void dispatch_upgrade(HttpRequest request);
    void refuse(HttpFailure failure);
    void refuse_upgrade(HttpFailure failure);
    bool charge_body();
    void end_answer();
    void process_leftover();
    void become_websocket();

    Connection& connection_;
    std::unique_ptr<HttpParser> parser_;
    InputCharge charge_;
    std::unique_ptr<Handshake> handshake_;
    std::unique_ptr<WebSocketHandler> upgraded_;
    std::unique_ptr<BodyIntake> intake_;
    std::unique_ptr<BodyOutflow> outflow_;
    std::string leftover_;  // bytes of a head that is not complete, or behind a request that waits
    std::string peer_address_;
    std::uint16_t peer_port_;
    Time since_;                // when the stage began
    std::uint32_t serial_ = 0;  // of the bodies in pieces
    AnswerForm form_;
    Stage stage_ = Stage::idle;
    bool served_ = false;
    bool processing_ = false;
    bool feeding_ = false;    // the sink is on the stack
    bool continues_ = false;  // the client waits to be told before it sends its body
    bool answered_ = false;   // outside of process(): the bytes behind the request come next
};

// Runs `use` with the HTTP session of this connection, on its thread, if it is still there.
template <class Use>
void with_http_session(const std::shared_ptr<EventLoop>& loop, ConnectionId id, Use use) {
    EventLoop* target = loop.get();
    loop->post_or_run([target, id, use = std::move(use)]() mutable {
        Connection* connection = target->find(id);
        HttpSession* session = connection != nullptr ? connection->protocol().as_http() : nullptr;
        if (session != nullptr) use(*session);
    });
}

}  // namespace net
