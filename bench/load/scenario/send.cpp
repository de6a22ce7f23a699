#include "scenario/send.hpp"

#include <algorithm>

#include "client/failure.hpp"
#include "measure/statistics.hpp"
#include "scenario/send_window.hpp"
#include "scenario/topic_join.hpp"
#include "server/whispr_service.hpp"

namespace load {
namespace {

constexpr auto connect_patience = std::chrono::seconds(60);
constexpr auto quiet = std::chrono::milliseconds(700);
constexpr auto settle_patience = std::chrono::seconds(30);

// Clients and conversations are dealt out in turn: with more clients than conversations several
// share one, with more conversations than clients each client writes to several and the next client
// is the other member.
SendSubject whisprd_subject(const Setup& setup, const SendOptions& options) {
    SendSubject subject;
    subject.name = "whisprd";
    subject.replies = true;
    subject.server = start_whisprd(setup, "send");
    const WhisprService service(setup, subject.server);
    const std::size_t clients = options.clients;
    std::vector<WhisprService::Plan> plans(options.conversations);
    for (std::size_t k = 0; k < options.conversations; ++k) {
        plans[k].group = true;
        for (std::size_t c = k % clients; c < clients; c += options.conversations) {
            plans[k].members.push_back(user_id(c));
        }
        if (plans[k].members.size() < 2) plans[k].members.push_back(user_id((k + 1) % clients));
    }
    const std::vector<std::string> ids = service.create_all(plans);
    subject.topics.resize(clients);
    for (std::size_t n = 0; n < std::max(clients, options.conversations); ++n) {
        subject.topics[n % clients].push_back("conversation:" + ids[n % ids.size()]);
    }
    subject.swarm = std::make_unique<Swarm>(service.endpoint(), Framing::websocket);
    subject.swarm->connect(
        clients, [&](std::size_t i) { return service.socket_target(user_id(i)); },
        connect_patience);
    std::size_t most = 0;
    for (const auto& topics : subject.topics) {
        most = std::max(most, topics.size());
    }
    for (std::size_t t = 0; t < most; ++t) {
        join_topics(*subject.swarm, {0, clients, [&](std::size_t i) {
                                         return subject.topics[i][t % subject.topics[i].size()];
                                     }});
    }
    subject.swarm->settle(quiet, after(settle_patience));
    return subject;
}

SendSubject echo_subject(const Setup& setup, const SendOptions& options) {
    SendSubject subject;
    subject.name = "floor, echo";
    subject.server = start_floor(setup);
    subject.swarm = std::make_unique<Swarm>(subject.server.endpoint, Framing::websocket);
    subject.swarm->connect(
        options.clients, [](std::size_t) { return std::string("/echo"); }, connect_patience);
    subject.topics.assign(options.clients, {"conversation:" + user_id(1)});
    return subject;
}

void add(Report& report, const std::string& name, bool has_cpu, SendResult& result) {
    const auto messages = static_cast<double>(result.messages);
    report.add(name, "messages", "1/s", messages / result.seconds);
    for (const double p : {50.0, 95.0, 99.0}) {
        report.add(name, "send to ack, p" + std::to_string(static_cast<int>(p)), "ms",
                   percentile(result.latencies_us, p) / 1e3);
    }
    report.add(name, "frames pushed", "per message",
               static_cast<double>(result.frames_received) / messages);
    if (!has_cpu) return;
    report.add(name, "server CPU", "us per message", result.cpu.total_us / messages);
    report.add(name, "server CPU, user mode", "us per message", result.cpu.user_us / messages);
    report.add(name, "server CPU, share of one core", "",
               result.cpu.total_us / 1e6 / result.seconds);
}

}  // namespace

void run_send(const Setup& setup, const SendOptions& options, Report& report) {
    report.condition("clients", std::to_string(options.clients));
    report.condition("conversations", std::to_string(options.conversations));
    report.condition("in flight", std::to_string(options.in_flight) + " per client");
    report.condition("content", std::to_string(options.bytes) + " bytes");
    std::vector<SendSubject> subjects;
    if (!setup.floor.empty()) subjects.push_back(echo_subject(setup, options));
    if (setup.has_whisprd()) subjects.push_back(whisprd_subject(setup, options));
    if (subjects.empty()) throw Failure("nothing to measure: no floor, no whisprd");
    std::uint64_t next = 2;
    for (unsigned round = 0; round < setup.rounds; ++round) {
        for (SendSubject& subject : subjects) {
            if (subject.replies) heartbeat_all(*subject.swarm);
            SendResult result = run_send_window(subject, {options.in_flight, options.bytes,
                                                          options.warm_up_s, setup.seconds, next});
            next += result.sent;
            add(report, subject.name, subject.server.pid != 0, result);
        }
    }
}

}  // namespace load
