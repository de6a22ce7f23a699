#include "net/websocket_session.hpp"

#include <algorithm>
#include <utility>

#include "net/event_loop.hpp"

namespace net {

namespace {

// Unanswered pings after which the peer is taken for gone.
constexpr std::uint8_t pings_until_lost = 2;
// Of the time to stop, the part in which sessions are closed; the rest is for their answers.
constexpr double stop_spread = 0.75;
// Room made for a frame of which only the header is here; more only as it arrives.
constexpr std::size_t reserved_for_frame = 128 * 1024;

// Incomplete messages from this size on count towards what all connections may hold together.
constexpr std::size_t counted_partial = 16 * 1024;

}  // namespace

WebSocketSession::WebSocketSession(Connection& connection,
                                   std::unique_ptr<WebSocketHandler> handler, int deflate_bits)
    : connection_(connection),
      handler_(std::move(handler)),
      reader_(connection.loop().options().sizes.message_bytes, deflate_bits != 0),
      charge_(connection.loop().state().input),
      last_input_(connection.loop().now()),
      last_ping_(last_input_),
      deflate_bits_(static_cast<std::uint8_t>(deflate_bits)) {
    connection_.loop().counters().websocket_open.add();
    connection_.loop().counters().upgrades.add();
}

WebSocketSession::~WebSocketSession() {
    connection_.loop().counters().websocket_open.subtract();
}

template <class Call>
void WebSocketSession::call_handler(Call call) {
    try {
        call();
    } catch (...) {
        connection_.loop().counters().handler_errors.add();
        close(close_code::service_restart, "internal error");
    }
}

void WebSocketSession::open() {
    call_handler([this] { handler_->on_open(*this); });
}

IoThread& WebSocketSession::thread() const {
    return connection_.loop();
}

WebSocketHandle WebSocketSession::handle() const {
    return {connection_.loop().shared_from_this(), connection_.id()};
}

std::size_t WebSocketSession::queued_bytes() const {
    return connection_.queued_bytes();
}

bool WebSocketSession::send(const Frame& frame) {
    if (closing_) return false;
    if (!connection_.send(frame)) {
        overflow();
        return false;
    }
    connection_.loop().counters().frames_out.add();
    return true;
}

bool WebSocketSession::send_text(std::string_view payload) {
    if (closing_) return false;
    EventLoop& loop = connection_.loop();
    if (deflate_bits_ != 0 && payload.size() > loop.options().compress_from_bytes) {
        const std::string small = loop.compression().deflate(payload, deflate_bits_);
        if (!small.empty() && small.size() < payload.size()) {
            return send(
                {Buffer::concat({FrameHeader(Opcode::text, small.size(), true).view(), small}),
                 {},
                 {}});
        }
    }
    return send(make_text_frame(payload));
}

bool WebSocketSession::ping(std::string_view payload) {
    return send({make_control_frame(Opcode::ping, payload), {}, {}});
}

void WebSocketSession::begin_closing(std::uint16_t code, bool clean) {
    closing_ = true;
    code_ = code;
    clean_ = clean;
    close_by_ = connection_.loop().now() + connection_.loop().options().times.close;
    connection_.deadline_changed();
    connection_.touch();
}

void WebSocketSession::close(std::uint16_t code, std::string_view reason) {
    if (closing_) return;
    begin_closing(code, true);
    connection_.send(make_close_frame(code, reason));
    // The peer's answer must be read even if the host had stopped reading.
    if (paused_) resume_reading();
}

void WebSocketSession::overflow() {
    if (closing_) return;
    connection_.loop().counters().slow_receivers.add();
    begin_closing(close_code::try_later, false);
    connection_.drop_queued();
    connection_.send(make_close_frame(close_code::try_later, "receiver too slow"));
    connection_.end_after_flush();
}

void WebSocketSession::pause_reading() {
    paused_ = true;
}

void WebSocketSession::resume_reading() {
    if (!paused_) return;
    paused_ = false;
    resumed_ = true;
    last_input_ = connection_.loop().now();
    connection_.deadline_changed();
    connection_.touch();
}

void WebSocketSession::on_input(char* begin, char* end) {
    // The frame that began in an earlier read is completed with just what it lacks; what follows it
    // is read where it is.
    while (!partial_.empty() && begin != end && !paused_) {
        const std::size_t lacking = reader_.wanted() - std::min(partial_.size(), reader_.wanted());
        const auto here = static_cast<std::size_t>(end - begin);
        const std::size_t taken = std::min(std::max<std::size_t>(lacking, 1), here);
        partial_.append(begin, taken);
        begin += taken;
        take_partial();
        if (connection_.is_ending() || connection_.is_dead()) return;
    }
    if (partial_.empty()) begin = take_frames(begin, end);
    if (begin != end) {
        partial_.reserve(std::min(reader_.wanted(), reserved_for_frame));
        partial_.append(begin, end);
    }
    if (begin != end || reader_.held() != 0 || charge_.held() != 0) charge_partial();
}

void WebSocketSession::charge_partial() {
    const std::size_t kept = partial_.size() + reader_.held();
    if (charge_.hold(kept < counted_partial ? 0 : kept)) return;
    connection_.loop().counters().refused.add();
    if (!closing_) {
        begin_closing(close_code::try_later, false);
        connection_.send(
            make_close_frame(close_code::try_later, "too many large messages at once"));
    }
    std::string().swap(partial_);
    connection_.end_after_flush();
}

void WebSocketSession::take_partial() {
    // Out of the member while the handler runs, which may come back here.
    std::string bytes = std::exchange(partial_, {});
    char* const bytes_end = bytes.data() + bytes.size();
    char* const rest = take_frames(bytes.data(), bytes_end);
    if (rest == bytes.data()) {
        partial_ = std::move(bytes);
    } else if (rest != bytes_end) {
        partial_.assign(rest, bytes_end);
    }
}

char* WebSocketSession::take_frames(char* begin, char* end) {
    while (begin != end && !paused_) {
        const Incoming incoming = reader_.next(begin, end, connection_.loop().compression());
        if (incoming.kind == Incoming::Kind::incomplete) break;
        take(incoming);
        if (connection_.is_ending() || connection_.is_dead()) return end;
    }
    return begin;
}

void WebSocketSession::take(const Incoming& incoming) {
    using Kind = Incoming::Kind;
    if (incoming.kind == Kind::violation) {
        connection_.loop().counters().protocol_errors.add();
        if (!closing_) {
            begin_closing(incoming.code, false);
            connection_.send(make_close_frame(incoming.code, incoming.payload));
        }
        return connection_.end_after_flush();
    }
    connection_.loop().counters().frames_in.add();
    if (incoming.kind == Kind::close) return take_close(incoming.code);
    // After our close frame only the peer's is of interest.
    if (closing_) return;
    if (incoming.kind == Kind::pong) return take_pong(incoming.payload);
    last_input_ = connection_.loop().now();
    unanswered_pings_ = 0;
    if (incoming.kind == Kind::text) {
        call_handler([&] { handler_->on_text(incoming.payload); });
    } else if (incoming.kind == Kind::binary) {
        call_handler([&] { handler_->on_binary(std::as_bytes(std::span(incoming.payload))); });
    } else if (incoming.kind == Kind::ping) {
        // Within the bound: a peer that pings without reading the answers is a slow receiver like
        // any other.
        send({make_control_frame(Opcode::pong, incoming.payload), {}, {}});
    }
}

void WebSocketSession::take_pong(std::string_view payload) {
    const bool to_own_ping = payload.empty() && unanswered_pings_ != 0;
    unanswered_pings_ = 0;
    if (to_own_ping) return;
    last_input_ = connection_.loop().now();
    call_handler([&] { handler_->on_pong(payload); });
}

void WebSocketSession::take_close(std::uint16_t code) {
    if (!closing_) {
        begin_closing(code, true);
        connection_.send(make_close_frame(code, {}));
    }
    connection_.end_after_flush();
}

void WebSocketSession::on_end_of_input() {
    connection_.drop();
}

void WebSocketSession::on_turn_end() {
    if (closing_) tell_closed();
    if (!resumed_) return;
    resumed_ = false;
    if (!partial_.empty()) take_partial();
    connection_.resume_input();
}

void WebSocketSession::tell_closed() {
    if (std::exchange(told_, true)) return;
    call_handler([this] { handler_->on_close(code_, clean_); });
    handler_.reset();
}

void WebSocketSession::on_gone() {
    if (!closing_) {
        closing_ = true;
        code_ = close_code::lost;
    }
    tell_closed();
}

Time WebSocketSession::deadline() const {
    Time first = close_by_;
    if (closing_) return first;
    const TimeLimits& times = connection_.loop().options().times;
    if (!paused_) first = std::min<Time>(first, last_input_ + times.websocket_idle);
    if (times.websocket_ping.count() != 0) {
        first = std::min<Time>(first, std::max(last_input_, last_ping_) + times.websocket_ping);
    }
    return first;
}

void WebSocketSession::on_deadline(Time now) {
    if (closing_) return connection_.drop();
    const TimeLimits& times = connection_.loop().options().times;
    if (now >= close_by_) return close(close_code::service_restart, "server is restarting");
    if (!paused_ && now >= last_input_ + times.websocket_idle) {
        connection_.loop().counters().timeouts.add();
        close(close_code::normal, "idle");
        clean_ = false;
        return;
    }
    if (times.websocket_ping.count() == 0 ||
        now < std::max(last_input_, last_ping_) + times.websocket_ping)
        return;
    if (unanswered_pings_ >= pings_until_lost) {
        connection_.loop().counters().timeouts.add();
        return connection_.drop();
    }
    ++unanswered_pings_;
    last_ping_ = now;
    send({make_control_frame(Opcode::ping, {}), {}, {}});
}

void WebSocketSession::on_stop(Time now, Time last) {
    if (closing_) return;
    const auto moment = std::chrono::duration_cast<Time::duration>((last - now) * stop_spread *
                                                                   connection_.loop().random());
    close_by_ = std::min(close_by_, now + moment);
    connection_.deadline_changed();
}

}  // namespace net
