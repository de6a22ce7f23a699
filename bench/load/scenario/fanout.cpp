#include "scenario/fanout.hpp"

#include "client/failure.hpp"
#include "measure/syscall_count.hpp"
#include "scenario/fanout_window.hpp"
#include "scenario/topic_join.hpp"

namespace load {
namespace {

constexpr auto heartbeat_every = std::chrono::seconds(15);
constexpr std::uint64_t probe_messages = 16;
constexpr std::uint64_t traced_bursts = 6;
constexpr const char* same_bytes_floor = "floor, same bytes";

class FanoutComparison {
 public:
    FanoutComparison(const Setup& setup, const FanoutOptions& options, Report& report)
        : setup_(setup), options_(options), report_(report) {}

    void prepare() {
        if (!setup_.floor.empty()) {
            subjects_.push_back(floor_subject(setup_, options_));
            report_.set_baseline("floor");
        }
        if (setup_.has_whisprd()) {
            for (FanoutSubject& subject : whisprd_subjects(setup_, options_)) {
                subjects_.push_back(std::move(subject));
            }
            if (!setup_.floor.empty() && options_.durable) add_same_bytes_floor();
            if (options_.two_nodes) subjects_.push_back(two_nodes_subject(setup_, options_));
        }
        if (options_.redis && !setup_.redis.empty()) {
            subjects_.push_back(redis_subject(setup_, options_));
        }
        if (subjects_.empty()) throw Failure("nothing to measure: no floor, no whisprd, no redis");
    }

    void measure() {
        for (unsigned round = 0; round < setup_.rounds; ++round) {
            for (const unsigned in_flight : options_.in_flight) {
                for (FanoutSubject& subject : subjects_) {
                    keep_alive();
                    const std::uint64_t published = published_for(subject);
                    const FanoutResult result = window(subject, {in_flight, false, setup_.seconds});
                    add(subject, in_flight, result);
                    if (!subject.beside.empty())
                        add_beside(subject, in_flight, result, published_for(subject) - published);
                }
            }
        }
        if (options_.syscalls && !setup_.strace.empty()) count_syscalls();
        compare_same_bytes();
    }

 private:
    FanoutResult window(const FanoutSubject& subject, FanoutLimits limits) {
        // A pair begins with typing: true, whatever the windows before have used up.
        if (subject.in_pairs) next_message_ += next_message_ % 2;
        limits.first_message = next_message_;
        const FanoutResult result = run_fanout_window(subject, limits);
        next_message_ += result.messages;
        return result;
    }

    // The kernel's cost of a send grows with its size, so the floor also runs with frames as long
    // as whisprd's.
    void add_same_bytes_floor() {
        const FanoutSubject& stored = subjects_[1];
        const FanoutResult probe = window(stored, {1, false, 5, probe_messages});
        const double frame = probe.per_delivery(static_cast<double>(probe.bytes));
        const auto header = static_cast<std::size_t>(frame > 129 ? 4 : 2);
        subjects_.push_back(floor_subject_like(subjects_[0], same_bytes_floor,
                                               static_cast<std::size_t>(frame) - header));
    }

    void keep_alive() {
        if (Clock::now() - last_heartbeat_ < heartbeat_every) return;
        last_heartbeat_ = Clock::now();
        const Swarm* done = nullptr;
        for (const FanoutSubject& subject : subjects_) {
            if (!subject.phoenix || subject.swarm.get() == done) continue;
            heartbeat_all(*subject.swarm);
            done = subject.swarm.get();
        }
    }

    void add(const FanoutSubject& subject, unsigned in_flight, const FanoutResult& result) {
        const std::string when = ", " + std::to_string(in_flight) + " in flight";
        if (subject.server->pid != 0) {
            report_.add(subject.name, "CPU per delivery" + when, "us",
                        result.per_delivery(result.cpu.total_us));
            report_.add(subject.name, "of it in user mode" + when, "us",
                        result.per_delivery(result.cpu.user_us));
            const auto switches = static_cast<double>(result.cpu.voluntary_switches +
                                                      result.cpu.involuntary_switches);
            report_.add(subject.name, "context switches" + when, "per message",
                        switches / static_cast<double>(result.messages));
        }
        report_.add(subject.name, "deliveries" + when, "1/s",
                    static_cast<double>(result.deliveries) / result.seconds);
        report_.add(subject.name, "bytes per delivery" + when, "B",
                    result.per_delivery(static_cast<double>(result.bytes)));
    }

    static std::uint64_t published_for(const FanoutSubject& subject) {
        return subject.beside.empty() ? 0 : published_by(*subject.beside.back());
    }

    void add_beside(const FanoutSubject& subject, unsigned in_flight, const FanoutResult& result,
                    std::uint64_t published) {
        const std::string when = ", " + std::to_string(in_flight) + " in flight";
        for (std::size_t i = 0; i < result.beside.size(); ++i) {
            report_.add(subject.name, "of it in " + subject.beside[i]->name + when, "us",
                        result.per_delivery(result.beside[i].total_us));
        }
        report_.add(subject.name, "published to Redis" + when, "per message",
                    static_cast<double>(published) / static_cast<double>(result.messages));
    }

    void count_syscalls() {
        for (const unsigned in_flight : options_.in_flight) {
            for (const FanoutSubject& subject : subjects_) {
                if (subject.server->pid == 0 || !subject.beside.empty()) continue;
                keep_alive();
                SyscallCount count(setup_.strace, subject.server->pid,
                                   setup_.work_dir + "/strace.txt");
                const FanoutResult result =
                    window(subject, {in_flight, true, 60, traced_bursts * in_flight});
                const SyscallTotals totals = count.stop();
                const std::string when = ", bursts of " + std::to_string(in_flight);
                report_.add(subject.name, "syscalls per delivery" + when, "calls",
                            result.per_delivery(static_cast<double>(totals.all)));
                report_.add(subject.name, "of them writes" + when, "calls",
                            result.per_delivery(static_cast<double>(totals.writes)));
            }
        }
    }

    void compare_same_bytes() {
        for (const unsigned in_flight : options_.in_flight) {
            const std::string metric =
                "CPU per delivery, " + std::to_string(in_flight) + " in flight";
            const double floor = report_.median_of(same_bytes_floor, metric);
            const double stored = report_.median_of("whisprd, stored message", metric);
            if (floor <= 0 || stored <= 0) continue;
            report_.note(metric + ": stored message / floor of the same bytes = " +
                         std::to_string(stored / floor));
            const double nodes = report_.median_of("whisprd, two nodes", metric);
            if (nodes > 0)
                report_.note(metric + ": two nodes / one = " + std::to_string(nodes / stored));
        }
    }

    const Setup& setup_;
    const FanoutOptions& options_;
    Report& report_;
    std::vector<FanoutSubject> subjects_;
    std::uint64_t next_message_ = 0;
    Clock::time_point last_heartbeat_ = Clock::now();
};

}  // namespace

void run_fanout(const Setup& setup, const FanoutOptions& options, Report& report) {
    report.condition("subscribers", std::to_string(options.subscribers));
    report.condition("content", std::to_string(options.bytes) + " bytes");
    report.condition("topics", options.user_topics ? "conversation and user" : "conversation");
    FanoutComparison comparison(setup, options, report);
    comparison.prepare();
    comparison.measure();
}

}  // namespace load
