#include "scenario/instructions.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "client/failure.hpp"
#include "scenario/fanout_window.hpp"

namespace load {
namespace {

namespace fs = std::filesystem;

constexpr double window_patience_s = 120;
constexpr unsigned burst = 8;

// Asks callgrind to write what it has counted since the last time, and reads the sum from the new
// file.
class InstructionCounter {
 public:
    InstructionCounter(std::string directory, pid_t pid)
        : directory_(std::move(directory)), pid_(pid) {}

    std::uint64_t take() {
        const std::string log = directory_ + "/callgrind_control.log";
        ChildProcess control({"callgrind_control", "--dump", std::to_string(pid_)}, log);
        const Clock::time_point deadline = after(std::chrono::seconds(30));
        while (control.alive() && Clock::now() < deadline) {
            ::usleep(10000);
        }
        const std::string file =
            directory_ + "/counts." + std::to_string(pid_) + "." + std::to_string(++dumps_);
        while (Clock::now() < deadline) {
            const std::uint64_t total = total_in(file);
            if (total != 0) return total;
            ::usleep(20000);
        }
        throw Failure("callgrind writes no " + file);
    }

 private:
    // "totals: N" or "summary: N", whichever this version writes; the last line of a complete dump.
    static std::uint64_t total_in(const std::string& path) {
        std::ifstream file(path);
        std::string line;
        std::uint64_t total = 0;
        while (std::getline(file, line)) {
            if (line.rfind("totals: ", 0) == 0) total = std::stoull(line.substr(8));
        }
        return total;
    }

    std::string directory_;
    pid_t pid_;
    unsigned dumps_ = 0;
};

struct Counted {
    std::string name;
    unsigned in_flight = 1;
    double per_message = 0;
};

std::vector<Counted> count(const std::vector<FanoutSubject>& subjects, const Setup& setup,
                           std::uint64_t messages) {
    std::vector<Counted> counts;
    InstructionCounter counter(setup.work_dir, subjects.front().server->pid);
    std::uint64_t next = 0;
    for (const FanoutSubject& subject : subjects) {
        for (const unsigned in_flight : {1U, burst}) {
            // Once unmeasured: what is built at first use is not part of a message.
            for (const bool measured : {false, true}) {
                if (measured) (void)counter.take();
                const std::uint64_t number = measured ? messages : burst;
                (void)run_fanout_window(subject,
                                        {in_flight, true, window_patience_s, number, next});
                next += number;
                if (!measured) continue;
                const auto total = static_cast<double>(counter.take());
                counts.push_back({subject.name, in_flight, total / static_cast<double>(messages)});
            }
        }
    }
    return counts;
}

std::vector<Counted> count_with(const Setup& setup, std::size_t receivers, bool floor,
                                std::uint64_t messages) {
    FanoutOptions options;
    options.subscribers = receivers;
    if (floor) return count({floor_subject(setup, options)}, setup, messages);
    return count(whisprd_subjects(setup, options), setup, messages);
}

void compare(const Setup& setup, const InstructionOptions& options, bool floor, Report& report) {
    const std::vector<Counted> few = count_with(setup, options.few, floor, options.messages);
    const std::vector<Counted> many = count_with(setup, options.many, floor, options.messages);
    for (std::size_t i = 0; i < few.size(); ++i) {
        const double slope = (many[i].per_message - few[i].per_message) /
                             static_cast<double>(options.many - options.few);
        const std::string when = ", bursts of " + std::to_string(few[i].in_flight);
        report.add(few[i].name, "instructions per delivery" + when, "", slope);
        report.add(few[i].name, "instructions per message besides" + when, "",
                   few[i].per_message - slope * static_cast<double>(options.few));
    }
}

}  // namespace

void run_instructions(const Setup& setup, const InstructionOptions& options, Report& report) {
    if (options.few >= options.many) throw Failure("--few must be below --many");
    report.condition("receivers", std::to_string(options.few) + " and " +
                                      std::to_string(options.many) + "; the slope is a delivery");
    Setup instrumented = setup;
    instrumented.prefix = {"valgrind", "--tool=callgrind",
                           "--callgrind-out-file=" + setup.work_dir + "/counts.%p"};
    if (!setup.floor.empty()) {
        report.set_baseline("floor");
        compare(instrumented, options, true, report);
    }
    if (!setup.whisprd.empty()) compare(instrumented, options, false, report);
    report.note("a message besides its deliveries includes its receipt, storing it and its reply");
}

}  // namespace load
