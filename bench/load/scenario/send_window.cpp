#include "scenario/send_window.hpp"

#include <algorithm>

#include "client/failure.hpp"
#include "wire/phoenix_frame.hpp"

namespace load {
namespace {

constexpr auto stall_patience = std::chrono::seconds(20);
constexpr std::size_t max_samples = 4'000'000;

struct Pending {
    std::uint64_t ref = 0;
    Clock::time_point at;
};

struct Client {
    std::vector<Pending> pending;
    std::size_t next_topic = 0;
};

class SendWindow : public SwarmHandler {
 public:
    SendWindow(SendSubject& subject, const SendLimits& limits)
        : subject_(subject),
          limits_(limits),
          clients_(subject.swarm->size()),
          content_(limits.bytes, 'x'),
          next_(limits.first_message) {}

    void begin() {
        for (std::size_t i = 0; i < clients_.size(); ++i) {
            for (unsigned n = 0; n < limits_.in_flight; ++n) {
                send_one(i);
            }
        }
    }

    void on_message(std::size_t connection, std::string_view message) override {
        PhoenixFrame frame;
        if (!split_phoenix(message, frame)) return;
        if (subject_.replies && !frame.is_reply()) return;
        std::vector<Pending>& pending = clients_[connection].pending;
        const std::uint64_t ref = ref_number(frame.ref);
        const auto found = std::find_if(pending.begin(), pending.end(),
                                        [&](const Pending& p) { return p.ref == ref; });
        if (found == pending.end()) return;
        if (subject_.replies && !frame.is_ok_reply()) {
            failure_ = "a message was answered with " + std::string(message.substr(0, 300));
        }
        if (measuring_) note_latency(found->at);
        *found = pending.back();
        pending.pop_back();
        --outstanding_;
        if (!stopping_) send_one(connection);
    }

    void measure(bool on) { measuring_ = on; }
    void stop() { stopping_ = true; }
    [[nodiscard]] std::uint64_t outstanding() const { return outstanding_; }
    [[nodiscard]] std::uint64_t sent() const { return next_ - limits_.first_message; }
    [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }
    [[nodiscard]] const std::string& failure() const { return failure_; }
    [[nodiscard]] std::vector<std::uint32_t>& latencies() { return latencies_; }

 private:
    void note_latency(Clock::time_point at) {
        ++acknowledged_;
        if (latencies_.size() >= max_samples) return;
        const auto waited =
            std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - at);
        latencies_.push_back(static_cast<std::uint32_t>(waited.count()));
    }

    void send_one(std::size_t connection) {
        Client& client = clients_[connection];
        const std::vector<std::string>& topics = subject_.topics[connection];
        const std::string& topic = topics[client.next_topic++ % topics.size()];
        const std::uint64_t number = next_++;
        subject_.swarm->send(connection, phoenix_push("1", number, topic, "new_message",
                                                      new_message_payload(content_, number)));
        client.pending.push_back({number, Clock::now()});
        ++outstanding_;
    }

    SendSubject& subject_;
    const SendLimits& limits_;
    std::vector<Client> clients_;
    std::string content_;
    std::uint64_t next_;
    std::uint64_t outstanding_ = 0;
    std::uint64_t acknowledged_ = 0;
    bool measuring_ = false;
    bool stopping_ = false;
    std::string failure_;
    std::vector<std::uint32_t> latencies_;
};

void run_for(SendSubject& subject, SendWindow& window, double seconds) {
    subject.swarm->run_until([&] { return !window.failure().empty(); },
                             after(from_seconds(seconds)));
    if (!window.failure().empty()) throw Failure(subject.name + ": " + window.failure());
}

}  // namespace

SendResult run_send_window(SendSubject& subject, const SendLimits& limits) {
    SendResult result;
    const pid_t pid = subject.server.pid;
    SendWindow window(subject, limits);
    subject.swarm->set_handler(&window);
    window.begin();
    run_for(subject, window, limits.warm_up_s);
    const CpuUsage before = pid != 0 ? cpu_usage(pid) : CpuUsage{};
    const std::uint64_t frames_before = subject.swarm->messages_received();
    const Clock::time_point begin = Clock::now();
    window.measure(true);
    run_for(subject, window, limits.seconds);
    window.measure(false);
    result.seconds = seconds_since(begin);
    if (pid != 0) result.cpu = cpu_usage(pid) - before;
    result.frames_received = subject.swarm->messages_received() - frames_before;
    window.stop();
    const bool drained = subject.swarm->run_until(
        [&] { return window.outstanding() == 0 || !window.failure().empty(); },
        after(stall_patience));
    subject.swarm->set_handler(nullptr);
    if (!window.failure().empty()) throw Failure(subject.name + ": " + window.failure());
    if (!drained || window.acknowledged() == 0) {
        throw Failure(subject.name + " stalls: " + std::to_string(window.outstanding()) +
                      " messages are not acknowledged");
    }
    result.messages = window.acknowledged();
    result.sent = window.sent();
    result.latencies_us = std::move(window.latencies());
    return result;
}

}  // namespace load
