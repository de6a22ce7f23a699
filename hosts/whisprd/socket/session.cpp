#include "socket/session.hpp"

#include <algorithm>

#include "meters.hpp"
#include "socket/events.hpp"
#include "user_sockets.hpp"
#include "whispr/receipts.hpp"

namespace whisprd::socket {

using edge::phoenix::ClientFrame;
using edge::phoenix::DecodedFrame;
using edge::phoenix::FrameFault;
using edge::phoenix::ParsedTopic;
using edge::phoenix::Status;
using edge::phoenix::Topic;

namespace {

constexpr std::string_view unmatched = R"({"reason":"unmatched topic"})";

edge::json::Document& document() {
    static thread_local edge::json::Document reused;
    return reused;
}

std::string& scratch() {
    static thread_local std::string buffer;
    buffer.clear();
    return buffer;
}

const EventHandler* find_handler(Topic::Kind kind, std::string_view event) {
    const auto in = [event](std::span<const EventHandler> table) -> const EventHandler* {
        const auto found = std::find_if(table.begin(), table.end(),
                                        [event](const auto& one) { return one.event == event; });
        return found == table.end() ? nullptr : &*found;
    };
    if (kind == Topic::Kind::user) return in(user_events());
    for (const auto table :
         {message_events(), receipt_events(), typing_events(), reaction_events()}) {
        if (const auto* found = in(table)) return found;
    }
    return nullptr;
}

}  // namespace

Session::Session(Service& service, whispr::Caller caller, edge::KeyMark key,
                 edge::phoenix::Dialect dialect)
    : service_(service), caller_(std::move(caller)), key_(key), dialect_(dialect) {}

Session::~Session() {
    service_.sockets.close(caller_.user);
}

void Session::on_open(net::WebSocket& socket) {
    socket_ = &socket;
    hub_ = &service_.sink.hub(socket.thread());
    id_ = hub_->add(*this, caller_.user, dialect_);
    // Asked for early, so that it is known when the first channel is joined.
    (void)is_shown();
}

bool Session::is_shown() const {
    return service_.users == nullptr || service_.users->shows_presence(caller_.user);
}

void Session::end(std::string_view reason) {
    socket_->close(net::close_code::normal, reason);
}

void Session::on_text(std::string_view payload) {
    take(decode_text(document(), payload, dialect_), payload);
}

void Session::on_binary(std::span<const std::byte> payload) {
    edge::phoenix::BinaryRefs refs;
    take(decode_binary(payload, dialect_, refs), {});
}

void Session::on_close(std::uint16_t, bool) {
    while (!channels_.empty())
        end_channel(*channels_.back(), Notice::none);
    hub_->remove(id_, caller_.user, dialect_);
    socket_ = nullptr;
}

void Session::take(const DecodedFrame& decoded, std::string_view text) {
    const ClientFrame& frame = decoded.frame;
    if (decoded.fault == FrameFault::unreadable) {
        service_.meters.bad_frames.add();
        socket_->close(net::close_code::bad_data, "frame could not be read");
        return;
    }
    if (decoded.fault == FrameFault::malformed) {
        service_.meters.bad_frames.add();
        reply_to(frame, "null", Status::error, R"({"reason":"malformed frame"})");
        return;
    }
    if (frame.topic == "phoenix") return take_phoenix(frame);
    const ParsedTopic parsed = edge::phoenix::parse_topic(frame.topic);
    Channel* const joining =
        parsed.outcome == ParsedTopic::Outcome::known ? find(parsed.topic) : nullptr;
    if (joining != nullptr && !joining->admitted) return defer(*joining, frame, text);
    if (frame.event == "phx_join") return join(frame, parsed);
    if (frame.event == "phx_leave") return leave(frame, parsed);
    take_push(frame, parsed);
}

void Session::defer(Channel& channel, const ClientFrame& frame, std::string_view text) {
    const bool full = channel.deferred.size() >= service_.config.max_pushes_in_flight;
    if (frame.binary || full) {
        const std::string_view reason = frame.binary ? "invalid_payload" : "too_many_requests";
        std::string response;
        edge::write_socket_reason(response, reason);
        return reply_to(frame, frame.join_ref, Status::error, response);
    }
    channel.deferred.emplace_back(text);
}

void Session::resume(std::vector<std::string> deferred) {
    for (const auto& text : deferred)
        on_text(text);
}

void Session::take_phoenix(const ClientFrame& frame) {
    const bool beats = frame.event == "heartbeat" && !frame.binary;
    reply_to(frame, "null", beats ? Status::ok : Status::error,
             beats ? std::string_view("{}") : unmatched);
}

void Session::take_push(const ClientFrame& frame, const ParsedTopic& parsed) {
    Channel* const channel =
        parsed.outcome == ParsedTopic::Outcome::known ? find(parsed.topic) : nullptr;
    if (channel == nullptr) return reply_to(frame, "null", Status::error, unmatched);
    service_.meters.pushes.add();
    const Push push{*channel, frame.ref, frame.payload};
    if (frame.binary) return refuse(push, "invalid_payload");
    const EventHandler* const handler = find_handler(parsed.topic.kind, frame.event);
    if (handler == nullptr) return refuse(push, "unknown_event");
    if (in_flight_ >= service_.config.max_pushes_in_flight)
        return refuse(push, "too_many_requests");
    handler->handle(*this, push);
}

void Session::message_written(whispr::ConversationId conversation, whispr::Mseq mseq) {
    const Channel* const own = find({Topic::Kind::user, caller_.user.uuid});
    const Channel* const joined = find({Topic::Kind::conversation, conversation.uuid});
    const bool told =
        (own != nullptr && own->is_open()) || (joined != nullptr && joined->is_open());
    if (!told) return;
    delivery_.written(conversation, mseq);
    ping_if_due();
}

void Session::tick() {
    ping_if_due();
    admit_waiting();
}

void Session::ping_if_due() {
    const std::string payload = delivery_.ping(std::chrono::steady_clock::now());
    if (!payload.empty()) socket_->ping(payload);
}

void Session::on_pong(std::string_view payload) {
    for (const auto& [conversation, mseq] : delivery_.pong(payload)) {
        service_.engine.receipts().mark_delivered(caller_, conversation, mseq,
                                                  [](const whispr::Result<whispr::Done>&) {});
    }
}

Channel* Session::find(const Topic& topic) {
    const auto place =
        std::lower_bound(channels_.begin(), channels_.end(), topic,
                         [](const auto& one, const Topic& other) { return one->topic < other; });
    return place != channels_.end() && (*place)->topic == topic ? place->get() : nullptr;
}

Channel* Session::find(const Ticket& ticket) {
    Channel* const channel = find(ticket.topic);
    return channel != nullptr && channel->serial == ticket.serial ? channel : nullptr;
}

Session::Ticket Session::ticket(const Channel& channel, std::string_view ref) const {
    return {hub_, id_, channel.topic, channel.serial, std::string(ref)};
}

void Session::reply(const Push& push, std::string_view response) {
    reply_on(push.channel, push.ref, Status::ok, response);
}

void Session::refuse(const Push& push, std::string_view reason) {
    std::string response;
    edge::write_socket_reason(response, reason);
    refuse_with(push, response);
}

void Session::refuse(const Push& push, const whispr::Error& error) {
    std::string response;
    edge::write_socket_error(response, error, {});
    refuse_with(push, response);
}

void Session::refuse_with(const Push& push, std::string_view response) {
    service_.meters.pushes_refused.add();
    reply_on(push.channel, push.ref, Status::error, response);
}

void Session::reply_to(const ClientFrame& frame, std::string_view join_ref, Status status,
                       std::string_view response) {
    std::string& out = scratch();
    open_reply(out, dialect_, join_ref, frame.ref, frame.topic, status);
    out += response;
    close_reply(out, dialect_);
    socket_->send_text(out);
}

void Session::reply_on(const Channel& channel, std::string_view ref, Status status,
                       std::string_view response) {
    std::string topic;
    edge::phoenix::write_topic(topic, channel.topic);
    std::string& out = scratch();
    open_reply(out, dialect_, channel.join_ref, ref, topic, status);
    out += response;
    close_reply(out, dialect_);
    socket_->send_text(out);
}

void Session::push_to(const Channel& channel, std::string_view ref, std::string_view event,
                      std::string_view payload) {
    std::string topic;
    edge::phoenix::write_topic(topic, channel.topic);
    std::string& out = scratch();
    open_push(out, dialect_, channel.join_ref, ref, topic, event);
    out += payload;
    close_push(out, dialect_);
    socket_->send_text(out);
}

}  // namespace whisprd::socket
