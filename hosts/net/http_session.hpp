// HTTP/1.1 on a connection: one request at a time to the host, its answer back, until the
// connection becomes a WebSocket or ends.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "net/connection.hpp"
#include "net/http_message.hpp"
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

    void on_input(char* begin, char* end) override;
    void on_end_of_input() override;
    bool wants_input() const override;
    void on_turn_end() override;
    Time deadline() const override;
    void on_deadline(Time now) override;
    void on_stop(Time now, Time last) override;
    HttpSession* as_http() override { return this; }

 private:
    enum class Stage : unsigned char { idle, head, body, waiting };

    // What was agreed before the host is asked about an upgrade.
    struct Handshake {
        std::string accept;
        DeflateAgreement deflate;
    };

    void process(std::string_view bytes);
    // Takes one step; false when more bytes, or an answer, must come first.
    bool step(std::string_view& rest);
    void dispatch();
    void dispatch_upgrade(HttpRequest request);
    void refuse(HttpFailure failure);
    void refuse_upgrade(HttpFailure failure);
    bool charge_body();
    void process_leftover();
    void become_websocket();

    Connection& connection_;
    std::unique_ptr<HttpParser> parser_;
    InputCharge charge_;
    std::unique_ptr<Handshake> handshake_;
    std::unique_ptr<WebSocketHandler> upgraded_;
    std::string leftover_;  // bytes of a head that is not complete, or behind a request that waits
    std::string peer_address_;
    std::uint16_t peer_port_;
    Time since_;  // when the stage began
    AnswerForm form_;
    Stage stage_ = Stage::idle;
    bool served_ = false;
    bool continued_ = false;
    bool processing_ = false;
    bool answered_ = false;  // outside of process(): the bytes behind the request come next
};

}  // namespace net
