// Two nodes that share a PostgreSQL and a Redis, as a subject of the fan-out comparison.
#include <cstdlib>

#include "client/failure.hpp"
#include "scenario/fanout_subject.hpp"
#include "scenario/topic_join.hpp"
#include "server/whispr_service.hpp"
#include "wire/phoenix_frame.hpp"
#include "wire/resp_frame.hpp"

namespace load {
namespace {

constexpr auto patience = std::chrono::seconds(60);
constexpr auto quiet = std::chrono::milliseconds(1500);

// Keeps the last reply.
class Answer : public SwarmHandler {
 public:
    void on_message(std::size_t /*connection*/, std::string_view message) override {
        text = std::string(message);
    }
    std::string text;
};

bool is_new_message(std::string_view message) {
    PhoenixFrame frame;
    return split_phoenix(message, frame) && frame.event == "new_message";
}

}  // namespace

std::uint64_t published_by(const Server& redis) {
    Swarm one(redis.endpoint, Framing::resp);
    Answer answer;
    one.set_handler(&answer);
    one.connect(
        1, [](std::size_t) { return std::string(); }, patience);
    one.send(0, resp_command("INFO", "commandstats"));
    one.run_until([&] { return !answer.text.empty(); }, after(patience));
    one.set_handler(nullptr);
    const std::string_view field = "cmdstat_publish:calls=";
    const std::size_t at = answer.text.find(field);
    if (at == std::string::npos) return 0;
    return std::strtoull(answer.text.c_str() + at + field.size(), nullptr, 10);
}

FanoutSubject two_nodes_subject(const Setup& setup, const FanoutOptions& options) {
    if (setup.redis.empty()) throw Failure("two nodes need redis-server");
    if (!setup.store.starts_with("postgres"))
        throw Failure("two nodes need --store postgres://..., a database that they share");
    FanoutSubject subject;
    subject.name = "whisprd, two nodes";
    auto redis = std::make_shared<Server>(start_redis(setup));
    redis->name = "Redis";
    Setup with_redis = setup;
    with_redis.whisprd_args.insert(with_redis.whisprd_args.end(),
                                   {"--redis", "redis://" + redis->endpoint.host()});
    subject.server = std::make_shared<Server>(start_whisprd(with_redis, "first"));
    auto second = std::make_shared<Server>(start_whisprd(with_redis, "second"));
    second->name = "the second node";
    subject.beside = {second, redis};
    const WhisprService here(with_redis, *subject.server);
    const WhisprService there(with_redis, *second);
    const std::size_t all = options.subscribers;
    std::vector<std::string> members;
    for (std::size_t i = 1; i < all; ++i)
        members.push_back(user_id(i));
    const std::string topic = "conversation:" + here.create_group(user_id(0), members);
    subject.swarm = std::make_shared<Swarm>(here.endpoint(), Framing::websocket);
    subject.swarm->connect(
        all / 2, [&](std::size_t i) { return here.socket_target(user_id(i)); }, patience);
    subject.swarm->aim_at(there.endpoint());
    subject.swarm->connect(
        all - all / 2, [&](std::size_t i) { return there.socket_target(user_id(i)); }, patience);
    join_topics(*subject.swarm, {0, all, [&](std::size_t) { return topic; }});
    subject.swarm->settle(quiet, after(patience));
    subject.receivers = all;
    subject.own_echo = true;
    subject.phoenix = true;
    subject.message = [topic, bytes = options.bytes](std::uint64_t seq) {
        std::string text = std::to_string(seq) + " ";
        text.resize(bytes, 'x');
        return phoenix_push("1", seq + 2, topic, "new_message", new_message_payload(text, seq + 1));
    };
    subject.is_delivery = is_new_message;
    return subject;
}

}  // namespace load
