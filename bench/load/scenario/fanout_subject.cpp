#include "scenario/fanout_subject.hpp"

#include "scenario/topic_join.hpp"
#include "server/whispr_service.hpp"
#include "wire/phoenix_frame.hpp"
#include "wire/resp_frame.hpp"

namespace load {
namespace {

constexpr auto connect_patience = std::chrono::seconds(60);
constexpr auto quiet = std::chrono::milliseconds(700);
constexpr auto settle_patience = std::chrono::seconds(60);
constexpr std::string_view channel = "load";

bool always(std::string_view /*message*/) {
    return true;
}

bool has_event(std::string_view message, std::string_view event) {
    PhoenixFrame frame;
    return split_phoenix(message, frame) && frame.event == event;
}

std::string padded(std::uint64_t seq, std::size_t bytes) {
    std::string text = std::to_string(seq) + " ";
    text.resize(bytes, 'x');
    return text;
}

}  // namespace

FanoutSubject floor_subject(const Setup& setup, const FanoutOptions& options) {
    FanoutSubject subject;
    subject.server = std::make_shared<Server>(start_floor(setup));
    subject.swarm = std::make_shared<Swarm>(subject.server->endpoint, Framing::websocket);
    subject.swarm->connect(
        options.subscribers + 1,
        [](std::size_t i) { return std::string(i == 0 ? "/pub" : "/sub"); }, connect_patience);
    subject.receivers = options.subscribers;
    subject.is_delivery = always;
    return floor_subject_like(subject, "floor", options.bytes);
}

FanoutSubject floor_subject_like(const FanoutSubject& floor, const std::string& name,
                                 std::size_t bytes) {
    FanoutSubject subject = floor;
    subject.name = name;
    subject.message = [bytes](std::uint64_t seq) { return padded(seq, bytes); };
    return subject;
}

FanoutSubject redis_subject(const Setup& setup, const FanoutOptions& options) {
    FanoutSubject subject;
    subject.name = "redis";
    subject.server = std::make_shared<Server>(start_redis(setup));
    subject.swarm = std::make_shared<Swarm>(subject.server->endpoint, Framing::resp);
    subject.swarm->connect(
        options.subscribers + 1, [](std::size_t) { return std::string(); }, connect_patience);
    for (std::size_t i = 1; i <= options.subscribers; ++i) {
        subject.swarm->send(i, resp_command("SUBSCRIBE", channel));
    }
    subject.swarm->run_until(
        [&] { return subject.swarm->messages_received() == options.subscribers; },
        after(settle_patience));
    subject.receivers = options.subscribers;
    subject.message = [bytes = options.bytes](std::uint64_t seq) {
        return resp_command("PUBLISH", channel, padded(seq, bytes));
    };
    subject.is_delivery = is_resp_message;
    return subject;
}

std::vector<FanoutSubject> whisprd_subjects(const Setup& setup, const FanoutOptions& options) {
    FanoutSubject subject;
    subject.server = std::make_shared<Server>(start_whisprd(setup, "fanout"));
    const WhisprService service(setup, *subject.server);
    // The publisher hears itself, so it is one of the receivers; typing is shown to a thousand and
    // not to one more.
    std::vector<std::string> members;
    for (std::size_t i = 1; i < options.subscribers; ++i) {
        members.push_back(user_id(i));
    }
    const std::string topic = "conversation:" + service.create_group(user_id(0), members);
    subject.swarm = std::make_shared<Swarm>(service.endpoint(), Framing::websocket);
    const std::size_t all = options.subscribers;
    subject.swarm->connect(
        all, [&](std::size_t i) { return service.socket_target(user_id(i)); }, connect_patience);
    join_topics(*subject.swarm, {0, all, [&](std::size_t) { return topic; }});
    if (options.user_topics) {
        join_topics(*subject.swarm,
                    {1, all - 1, [](std::size_t i) { return "user:" + user_id(i); }});
    }
    subject.swarm->settle(quiet, after(settle_patience));
    subject.receivers = options.subscribers;
    subject.own_echo = true;
    subject.phoenix = true;
    std::vector<FanoutSubject> subjects;
    if (options.durable) {
        subject.name = "whisprd, stored message";
        subject.copies = options.user_topics ? 2 : 1;
        subject.message = [topic, bytes = options.bytes](std::uint64_t seq) {
            return phoenix_push("1", seq + 2, topic, "new_message",
                                new_message_payload(padded(seq, bytes), seq + 1));
        };
        subject.is_delivery = [](std::string_view m) { return has_event(m, "new_message"); };
        subjects.push_back(subject);
    }
    if (options.ephemeral) {
        subject.name = "whisprd, typing event";
        subject.copies = 1;
        subject.in_pairs = true;
        subject.message = [topic](std::uint64_t seq) {
            return phoenix_push("1", seq + 2, topic, "user_typing",
                                seq % 2 == 0 ? R"({"typing":true})" : R"({"typing":false})");
        };
        subject.is_delivery = [](std::string_view m) { return has_event(m, "user_typing"); };
        subjects.push_back(subject);
    }
    return subjects;
}

}  // namespace load
