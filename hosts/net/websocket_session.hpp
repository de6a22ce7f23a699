// WebSocket on a connection: frames in to the host's handler, its frames out, pings, idleness and
// the closing handshake.
#pragma once

#include <memory>
#include <string>

#include "net/connection.hpp"
#include "net/input_charge.hpp"
#include "net/protocol.hpp"
#include "net/websocket.hpp"
#include "net/websocket_codec.hpp"

namespace net {

class WebSocketSession final : public Protocol, public WebSocket {
 public:
    // `deflate_bits`: the window of what we compress; 0: no compression.
    WebSocketSession(Connection& connection, std::unique_ptr<WebSocketHandler> handler,
                     int deflate_bits);
    ~WebSocketSession() override;

    // Calls on_open.
    void open();

    bool send(const Frame& frame) override;
    bool send_text(std::string_view payload) override;
    void close(std::uint16_t code, std::string_view reason) override;
    bool ping(std::string_view payload) override;
    void pause_reading() override;
    void resume_reading() override;
    std::size_t queued_bytes() const override;
    bool is_closing() const override { return closing_; }
    IoThread& thread() const override;
    WebSocketHandle handle() const override;

    void on_input(char* begin, char* end) override;
    void on_end_of_input() override;
    bool wants_input() const override { return !paused_; }
    void on_turn_end() override;
    void on_gone() override;
    Time deadline() const override;
    void on_deadline(Time now) override;
    void on_stop(Time now, Time last) override;
    WebSocketSession* as_websocket() override { return this; }

 private:
    // Takes whole frames from the front; the result is where it stopped.
    char* take_frames(char* begin, char* end);
    // The same with the bytes kept from earlier reads.
    void take_partial();
    // Counts what is kept of messages that are not complete.
    void charge_partial();
    void take(const Incoming& incoming);
    void take_pong(std::string_view payload);
    void take_close(std::uint16_t code);
    void begin_closing(std::uint16_t code, bool clean);
    void overflow();
    void tell_closed();
    template <class Call>
    void call_handler(Call call);

    Connection& connection_;
    std::unique_ptr<WebSocketHandler> handler_;
    FrameReader reader_;
    std::string partial_;  // the beginning of a frame
    InputCharge charge_;
    Time last_input_;  // when the last frame came
    Time last_ping_;
    Time close_by_ = never;  // closing: give up; otherwise: when to close because the server stops
    std::uint16_t code_ = 0;
    std::uint8_t unanswered_pings_ = 0;
    std::uint8_t deflate_bits_;
    bool clean_ = false;
    bool closing_ = false;
    bool told_ = false;
    bool paused_ = false;
    bool resumed_ = false;
};

}  // namespace net
