#include "scenario/list.hpp"

#include "client/failure.hpp"
#include "measure/process_usage.hpp"
#include "measure/statistics.hpp"
#include "server/rest_client.hpp"
#include "server/whispr_service.hpp"
#include "wire/phoenix_frame.hpp"

namespace load {
namespace {

constexpr std::size_t group_size = 5;
constexpr std::size_t setup_connections = 16;
constexpr auto patience = std::chrono::seconds(60);

// Every other conversation is a group; the others write one message each, so there are last
// messages and badges.
void fill(const WhisprService& service, const ListOptions& options) {
    std::vector<WhisprService::Plan> plans(options.conversations);
    std::uint64_t next_user = 1;
    for (std::size_t k = 0; k < plans.size(); ++k) {
        plans[k].group = k % 2 != 0;
        plans[k].members = {user_id(0)};
        for (std::size_t m = 1; m < (plans[k].group ? group_size : 2); ++m) {
            plans[k].members.push_back(user_id(next_user++));
        }
    }
    const std::vector<std::string> ids = service.create_all(plans);
    std::vector<HttpRequest> sends;
    for (std::size_t k = 0; k < ids.size(); ++k) {
        sends.push_back({"POST", "/messaging/api/v1/conversations/" + ids[k] + "/messages",
                         service.token(plans[k].members[1]),
                         new_message_payload("the last message of this conversation", k + 1)});
    }
    for (const RestAnswer& answer :
         rest_all(service.endpoint(), sends, setup_connections, patience)) {
        if (answer.status != 201) {
            throw Failure("a message was answered with " + std::to_string(answer.status) + " " +
                          answer.body.substr(0, 300));
        }
    }
}

// The same request again and again on every connection.
class ListLoop : public SwarmHandler {
 public:
    ListLoop(Swarm& swarm, std::string request)
        : swarm_(swarm), request_(std::move(request)), sent_at_(swarm.size()) {}

    void begin() {
        for (std::size_t i = 0; i < swarm_.size(); ++i) {
            send(i);
        }
    }

    void on_message(std::size_t connection, std::string_view message) override {
        if (http_status(message) != 200) {
            failure_ = "the list was answered with " + std::string(message.substr(0, 300));
            return;
        }
        ++answered_;
        --under_way_;
        body_bytes_ = http_body(message).size();
        const auto waited = Clock::now() - sent_at_[connection];
        latencies_.push_back(static_cast<std::uint32_t>(
            std::chrono::duration_cast<std::chrono::microseconds>(waited).count()));
        if (!stopping_) send(connection);
    }

    void stop() { stopping_ = true; }
    [[nodiscard]] bool idle() const { return under_way_ == 0 || !failure_.empty(); }
    [[nodiscard]] bool failed() const { return !failure_.empty(); }
    [[nodiscard]] const std::string& failure() const { return failure_; }
    [[nodiscard]] double answered() const { return static_cast<double>(answered_); }
    [[nodiscard]] std::size_t body_bytes() const { return body_bytes_; }
    [[nodiscard]] std::vector<std::uint32_t>& latencies() { return latencies_; }

 private:
    void send(std::size_t connection) {
        ++under_way_;
        sent_at_[connection] = Clock::now();
        swarm_.send(connection, request_);
    }

    Swarm& swarm_;
    std::string request_;
    std::vector<Clock::time_point> sent_at_;
    std::uint64_t answered_ = 0;
    std::uint64_t under_way_ = 0;
    std::size_t body_bytes_ = 0;
    bool stopping_ = false;
    std::string failure_;
    std::vector<std::uint32_t> latencies_;
};

void measure_round(Swarm& swarm, const std::string& request, const Server& server, double seconds,
                   Report& report) {
    ListLoop loop(swarm, request);
    swarm.set_handler(&loop);
    const CpuUsage before = server.pid != 0 ? cpu_usage(server.pid) : CpuUsage{};
    const Clock::time_point begin = Clock::now();
    loop.begin();
    swarm.run_until([&] { return loop.failed(); }, after(from_seconds(seconds)));
    loop.stop();
    const bool drained = swarm.run_until([&] { return loop.idle(); }, after(patience));
    swarm.set_handler(nullptr);
    if (loop.failed()) throw Failure(loop.failure());
    if (!drained) throw Failure("a list request was not answered in time");
    const double elapsed = seconds_since(begin);
    report.add("whisprd", "requests", "1/s", loop.answered() / elapsed);
    report.add("whisprd", "list request, p50", "ms", percentile(loop.latencies(), 50) / 1e3);
    report.add("whisprd", "list request, p99", "ms", percentile(loop.latencies(), 99) / 1e3);
    report.add("whisprd", "body", "B", static_cast<double>(loop.body_bytes()));
    if (server.pid == 0) return;
    const double cpu_us = (cpu_usage(server.pid) - before).total_us;
    report.add("whisprd", "server CPU", "us per request", cpu_us / loop.answered());
    report.add("whisprd", "requests per second of server CPU", "", loop.answered() / cpu_us * 1e6);
}

}  // namespace

void run_list(const Setup& setup, const ListOptions& options, Report& report) {
    report.condition("conversations", std::to_string(options.conversations) +
                                          ", half direct, half groups of " +
                                          std::to_string(group_size));
    report.condition("page", std::to_string(options.page));
    report.condition("connections", std::to_string(options.connections) + ", keep-alive");
    const Server server = start_whisprd(setup, "list");
    const WhisprService service(setup, server);
    fill(service, options);
    Swarm swarm(server.endpoint, Framing::http);
    swarm.connect(
        options.connections, [](std::size_t) { return std::string(); }, patience);
    const std::string request = write_request(
        server.endpoint.host(),
        {"GET", "/messaging/api/v1/conversations?limit=" + std::to_string(options.page),
         service.token(user_id(0)), ""});
    for (unsigned round = 0; round < setup.rounds; ++round) {
        measure_round(swarm, request, server, setup.seconds, report);
    }
}

}  // namespace load
