#include "net/http_session.hpp"

#include <utility>

#include "net/event_loop.hpp"
#include "net/server.hpp"

namespace net {

namespace {

// A body up to this size travels in one buffer with its head.
constexpr std::size_t joined_body = 8 * 1024;
// Pipelined requests wait while so much of the earlier answers has not been read.
constexpr std::size_t unread_answers = 256 * 1024;

constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

// Bodies from this size on count towards what all connections may hold together.
constexpr std::size_t counted_body = 64 * 1024;

}  // namespace

HttpSession::HttpSession(Connection& connection, std::string peer_address, std::uint16_t peer_port)
    : connection_(connection),
      charge_(connection.loop().state().input),
      peer_address_(std::move(peer_address)),
      peer_port_(peer_port),
      since_(connection.loop().now()) {
    connection_.loop().counters().http_open.add();
}

HttpSession::~HttpSession() {
    connection_.loop().counters().http_open.subtract();
}

bool HttpSession::wants_input() const {
    if (stage_ == Stage::taking && intake_->is_paused()) return false;
    return stage_ != Stage::waiting && stage_ != Stage::sending &&
           connection_.queued_bytes() < unread_answers;
}

void HttpSession::on_input(char* begin, char* end) {
    const std::string_view bytes(begin, static_cast<std::size_t>(end - begin));
    if (leftover_.empty()) return process(bytes);
    std::string joined = std::exchange(leftover_, {});
    joined += bytes;
    process(joined);
}

void HttpSession::process(std::string_view bytes) {
    processing_ = true;
    while (!bytes.empty() && wants_input() && !connection_.is_ending() && step(bytes)) {
        if (upgraded_ != nullptr) break;
    }
    processing_ = false;
    leftover_.assign(connection_.is_ending() ? std::string_view() : bytes);
    if (leftover_.empty()) leftover_.shrink_to_fit();
    if (upgraded_ != nullptr) become_websocket();
}

bool HttpSession::step(std::string_view& rest) {
    const SizeLimits& sizes = connection_.loop().options().sizes;
    if (stage_ == Stage::idle) {
        // Empty lines before a request are an old habit of some clients.
        while (rest.starts_with("\r\n"))
            rest.remove_prefix(2);
        if (rest.empty() || rest == "\r") return false;
        parser_ = std::make_unique<HttpParser>(sizes.head_bytes, sizes.body_bytes);
        parser_->stop_at_body();
        stage_ = Stage::head;
        since_ = connection_.loop().now();
        connection_.deadline_changed();
    }
    if (stage_ == Stage::taking) return take(rest);
    std::size_t used = 0;
    const HttpParser::State state = parser_->put(rest, used);
    rest.remove_prefix(used);
    switch (state) {
        case HttpParser::State::head:
            return false;
        case HttpParser::State::body:
            if (stage_ == Stage::head) {
                begin_body(!rest.empty());
                return true;
            }
            connection_.deadline_changed();
            charge_body();
            return false;
        case HttpParser::State::failed:
            refuse(parser_->failure());
            return false;
        case HttpParser::State::complete:
            if (!charge_body()) return false;
            dispatch();
            return true;
    }
    return false;
}

void HttpSession::begin_body(bool more_is_here) {
    stage_ = Stage::body;
    since_ = connection_.loop().now();
    connection_.deadline_changed();
    if (connection_.loop().handler().takes_stream(parser_->builder().request()))
        return begin_taking();
    if (parser_->collect() == HttpParser::State::failed) return refuse(parser_->failure());
    if (parser_->expects_continue() && !more_is_here) connection_.send(Buffer::copy(go_on));
}

void HttpSession::begin_taking() {
    EventLoop& loop = connection_.loop();
    if (!charge_.hold(BodyIntake::memory)) {
        loop.counters().refused.add();
        return refuse({503, "too many large requests at once"});
    }
    parser_->stream();
    continues_ = parser_->expects_continue();
    HttpRequest request = take_request();
    intake_ = std::make_unique<BodyIntake>(*parser_, ++serial_, loop.now());
    stage_ = Stage::taking;
    connection_.deadline_changed();
    loop.counters().requests.add();
    std::unique_ptr<BodySink> sink;
    try {
        sink = loop.handler().on_stream(
            std::move(request), BodyControl(loop.shared_from_this(), connection_.id(), serial_),
            HttpResponder(loop.shared_from_this(), connection_.id()));
    } catch (...) {
        loop.counters().handler_errors.add();
    }
    // It may have been answered already.
    if (stage_ == Stage::taking) intake_->set_sink(std::move(sink));
}

bool HttpSession::take(std::string_view& rest) {
    EventLoop& loop = connection_.loop();
    HttpParser::State state = HttpParser::State::body;
    feeding_ = true;
    try {
        state = intake_->feed(rest, loop.now());
        // The sink may have answered, and needs no end then.
        if (state == HttpParser::State::complete && stage_ == Stage::taking) {
            stage_ = Stage::waiting;
            intake_->end();
        }
    } catch (...) {
        loop.counters().handler_errors.add();
        if (stage_ == Stage::taking || stage_ == Stage::waiting) answer_dropped();
    }
    feeding_ = false;
    if (state == HttpParser::State::failed && stage_ == Stage::taking) {
        refuse(parser_->failure());
    } else if (stage_ != Stage::taking) {
        intake_.reset();
        parser_.reset();
    }
    connection_.deadline_changed();
    return state == HttpParser::State::complete;
}

void HttpSession::resume_body(std::uint32_t serial) {
    if (stage_ != Stage::taking || intake_->serial() != serial || connection_.is_ending()) return;
    if (continues_ && !intake_->was_resumed() && leftover_.empty())
        connection_.send(Buffer::copy(go_on));
    intake_->resume(connection_.loop().now());
    connection_.deadline_changed();
    // What came meanwhile is looked at when this turn ends, not within the host's call.
    connection_.touch();
}

HttpRequest HttpSession::take_request() {
    RequestBuilder& builder = parser_->builder();
    builder.set_peer(peer_address_, peer_port_, connection_.is_tls());
    form_.keep_alive = parser_->keep_alive();
    HttpRequest request = std::move(builder.request());
    form_.is_head = request.method() == "HEAD";
    form_.version = request.version();
    return request;
}

bool HttpSession::charge_body() {
    const auto body = static_cast<std::size_t>(parser_->body_received());
    // Small ones are not worth a word between the threads.
    if (body < counted_body || charge_.hold(body)) return true;
    connection_.loop().counters().refused.add();
    refuse({503, "too many large requests at once"});
    return false;
}

void HttpSession::dispatch() {
    EventLoop& loop = connection_.loop();
    HttpRequest request = take_request();
    parser_.reset();
    stage_ = Stage::waiting;
    connection_.deadline_changed();
    loop.counters().requests.add();
    const bool upgrade = request.header_has_token("upgrade", "websocket") &&
                         request.header_has_token("connection", "upgrade");
    if (upgrade) return dispatch_upgrade(std::move(request));
    try {
        loop.handler().on_request(std::move(request),
                                  HttpResponder(loop.shared_from_this(), connection_.id()));
    } catch (...) {
        // The responder was destroyed on the way here, and has answered 500.
        loop.counters().handler_errors.add();
    }
}

void HttpSession::refuse(HttpFailure failure) {
    connection_.loop().counters().protocol_errors.add();
    form_ = AnswerForm{};
    stage_ = Stage::waiting;
    HttpResponse response =
        connection_.loop().handler().on_http_error(failure.status, failure.reason);
    response.close = true;
    answer(std::move(response));
}

void HttpSession::answer_dropped() {
    answer(connection_.loop().handler().on_http_error(500, "internal server error"));
}

void HttpSession::answer(HttpResponse response) {
    if ((stage_ != Stage::waiting && stage_ != Stage::taking) || connection_.is_dead()) return;
    EventLoop& loop = connection_.loop();
    handshake_.reset();
    // An answer before the body has come: where the next request begins will not be known.
    if (stage_ == Stage::taking) response.close = true;
    stage_ = Stage::waiting;
    // The sink ends after all of this: it may still own the responder.
    std::unique_ptr<BodyIntake> ended;
    if (feeding_) {
        intake_->stop();
    } else {
        ended = std::move(intake_);
        parser_.reset();
    }
    charge_.hold(0);
    form_.keep_alive = form_.keep_alive && !response.close && !loop.is_stopping();
    const std::string head = write_head(response, form_, loop.date_header());
    const bool with_body = has_body(response, form_);
    if (with_body && response.stream != nullptr) {
        connection_.send(Buffer::copy(head));
        outflow_ =
            std::make_unique<BodyOutflow>(connection_, std::move(response.stream), ++serial_);
        stage_ = Stage::sending;
        return connection_.deadline_changed();
    }
    if (with_body && response.body.size() <= joined_body) {
        connection_.send(Buffer::concat({head, response.body.view()}));
    } else {
        connection_.send(Buffer::copy(head));
        if (with_body) connection_.send(response.body);
    }
    end_answer();
}

void HttpSession::end_answer() {
    EventLoop& loop = connection_.loop();
    stage_ = Stage::idle;
    served_ = true;
    since_ = loop.now();
    if (!form_.keep_alive) return connection_.end_after_flush();
    connection_.deadline_changed();
    // The next request is looked at when this turn ends, not within the host's call.
    answered_ = !processing_;
}

void HttpSession::send_piece(std::uint32_t serial, const BufferRef& piece) {
    if (outflow_ != nullptr) outflow_->take(serial, piece);
}

void HttpSession::process_leftover() {
    if (!leftover_.empty()) {
        const std::string bytes = std::exchange(leftover_, {});
        process(bytes);
    }
    // After an upgrade this session is only kept for the end of the turn.
    if (&connection_.protocol() == this) connection_.resume_input();
}

void HttpSession::on_end_of_input() {
    // Between requests this is the ordinary end. In the middle of one, nobody is left to be told.
    connection_.end_after_flush();
    if (stage_ == Stage::taking) stage_ = Stage::idle;
    intake_.reset();
}

void HttpSession::on_turn_end() {
    if (upgraded_ != nullptr) return become_websocket();
    if (outflow_ != nullptr && outflow_->pump()) {
        outflow_.reset();
        form_.keep_alive = form_.keep_alive && !connection_.loop().is_stopping();
        end_answer();
    }
    if (connection_.is_ending() || !wants_input()) return;
    if (answered_ || !leftover_.empty()) {
        answered_ = false;
        process_leftover();
    } else {
        connection_.resume_input();
    }
}

void HttpSession::on_gone() {
    // The host hears by this that the client is gone.
    stage_ = Stage::idle;
    intake_.reset();
    outflow_.reset();
}

Time HttpSession::deadline() const {
    const TimeLimits& times = connection_.loop().options().times;
    switch (stage_) {
        case Stage::idle:
            return since_ + (served_ ? times.keep_alive : times.head);
        case Stage::head:
            return since_ + times.head;
        case Stage::body: {
            const std::size_t rate = std::max<std::size_t>(times.body_bytes_per_second, 1);
            return since_ + times.body_grace +
                   std::chrono::seconds(parser_->body_received() / rate);
        }
        case Stage::taking:
            return intake_->deadline(times);
        case Stage::waiting:
        case Stage::sending:
            return never;
    }
    return never;
}

void HttpSession::on_deadline(Time) {
    if (stage_ == Stage::idle) {
        if (!served_) connection_.loop().counters().timeouts.add();
        return connection_.end_after_flush();
    }
    connection_.loop().counters().timeouts.add();
    refuse(
        {408, stage_ == Stage::head ? "request head took too long" : "request body took too long"});
}

void HttpSession::on_stop(Time, Time) {
    // A request that waits gets its answer, and the connection ends with it.
    if (stage_ == Stage::idle) connection_.end_after_flush();
}

}  // namespace net
