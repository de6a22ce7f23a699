#include "scenario/fanout_window.hpp"

#include "client/failure.hpp"
#include "wire/phoenix_frame.hpp"

namespace load {
namespace {

constexpr auto stall_patience = std::chrono::seconds(20);

class FanoutWindow : public SwarmHandler {
 public:
    FanoutWindow(const FanoutSubject& subject, const FanoutLimits& limits)
        : subject_(subject),
          limits_(limits),
          received_(subject.swarm->size()),
          arrived_(limits.in_flight),
          expected_(subject.deliveries()),
          end_(after(from_seconds(limits.seconds))) {}

    void on_message(std::size_t connection, std::string_view message) override {
        if (connection == 0) {
            note_reply(message);
            if (!subject_.own_echo) return;
        }
        if (!subject_.is_delivery(message)) return;
        const std::uint64_t number =
            received_[connection]++ / (connection == 0 ? 1 : subject_.copies);
        if (number >= sent_) {
            failure_ = "a delivery nobody published: " + std::string(message.substr(0, 300));
            return;
        }
        ++arrived_[number % limits_.in_flight];
    }

    void on_turn() override {
        while (done_ < sent_ && arrived_[done_ % limits_.in_flight] == expected_) {
            arrived_[done_++ % limits_.in_flight] = 0;
        }
        if (limits_.in_bursts && done_ < sent_) return;
        while (sent_ - done_ < limits_.in_flight && !ended()) {
            subject_.swarm->send(0, subject_.message(limits_.first_message + sent_++));
        }
    }

    [[nodiscard]] bool finished() const { return !failure_.empty() || (done_ == sent_ && ended()); }
    [[nodiscard]] std::uint64_t messages() const { return done_; }
    [[nodiscard]] const std::string& failure() const { return failure_; }
    [[nodiscard]] std::string missing() const {
        std::uint64_t total = 0;
        for (const std::uint32_t count : received_) {
            total += count;
        }
        return "after " + std::to_string(sent_) + " messages " + std::to_string(total) + " of " +
               std::to_string(sent_ * expected_) + " deliveries have come";
    }

 private:
    [[nodiscard]] bool ended() const {
        if (subject_.in_pairs && sent_ % 2 != 0) return false;
        return sent_ >= limits_.max_messages || Clock::now() >= end_;
    }

    void note_reply(std::string_view message) {
        PhoenixFrame frame;
        if (subject_.phoenix && split_phoenix(message, frame) && frame.is_reply() &&
            !frame.is_ok_reply()) {
            failure_ = "a message was answered with " + std::string(message.substr(0, 300));
        }
    }

    const FanoutSubject& subject_;
    const FanoutLimits& limits_;
    std::vector<std::uint32_t> received_;
    std::vector<std::size_t> arrived_;  ///< deliveries of each message in flight
    std::size_t expected_;
    Clock::time_point end_;
    std::uint64_t sent_ = 0;
    std::uint64_t done_ = 0;
    std::string failure_;
};

}  // namespace

FanoutResult run_fanout_window(const FanoutSubject& subject, const FanoutLimits& limits) {
    FanoutResult result;
    const pid_t pid = subject.server->pid;
    const CpuUsage before = pid != 0 ? cpu_usage(pid) : CpuUsage{};
    for (const auto& server : subject.beside)
        result.beside.push_back(cpu_usage(server->pid));
    const std::uint64_t bytes_before = subject.swarm->bytes_received();
    const Clock::time_point begin = Clock::now();
    FanoutWindow window(subject, limits);
    subject.swarm->set_handler(&window);
    window.on_turn();
    const bool finished = subject.swarm->run_until(
        [&] { return window.finished(); }, after(from_seconds(limits.seconds) + stall_patience));
    subject.swarm->set_handler(nullptr);
    if (!window.failure().empty()) throw Failure(subject.name + ": " + window.failure());
    if (!finished) throw Failure(subject.name + " stalls: " + window.missing());
    result.seconds = seconds_since(begin);
    if (pid != 0) result.cpu = cpu_usage(pid) - before;
    for (std::size_t i = 0; i < subject.beside.size(); ++i) {
        CpuUsage& used = result.beside[i];
        used = cpu_usage(subject.beside[i]->pid) - used;
        result.cpu += used;
    }
    result.messages = window.messages();
    result.deliveries = result.messages * subject.deliveries();
    result.bytes = subject.swarm->bytes_received() - bytes_before;
    return result;
}

}  // namespace load
