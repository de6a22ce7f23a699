#include "measure/syscall_count.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>
#include <sstream>
#include <string_view>

#include "client/deadline.hpp"
#include "client/failure.hpp"

namespace load {
namespace {

std::string contents(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

bool is_write(std::string_view name) {
    static constexpr std::array<std::string_view, 6> names = {"write",  "writev",  "send",
                                                              "sendto", "sendmsg", "sendmmsg"};
    return std::find(names.begin(), names.end(), name) != names.end();
}

// Every thread must be traced before counting begins.
bool all_threads_traced(pid_t pid) {
    std::istringstream tasks(contents("/proc/" + std::to_string(pid) + "/status"));
    std::string word;
    while (tasks >> word) {
        if (word == "TracerPid:") {
            tasks >> word;
            return word != "0";
        }
    }
    return false;
}

}  // namespace

SyscallCount::SyscallCount(const std::string& strace, pid_t pid, const std::string& output_file)
    : output_file_(output_file) {
    const std::string log = output_file + ".log";
    strace_ = std::make_unique<ChildProcess>(
        std::vector<std::string>{strace, "-c", "-f", "-o", output_file, "-p", std::to_string(pid)},
        log);
    const Clock::time_point deadline = after(std::chrono::seconds(3));
    while (!all_threads_traced(pid)) {
        if (!strace_->alive() || Clock::now() > deadline) {
            throw Failure("strace does not attach: " + contents(log));
        }
        ::usleep(5000);
    }
    ::usleep(100000);
}

SyscallTotals SyscallCount::stop() {
    strace_->stop(SIGINT, 5);
    return read_strace_table(contents(output_file_));
}

SyscallTotals read_strace_table(const std::string& text) {
    SyscallTotals totals;
    std::istringstream lines(text);
    std::string line;
    while (std::getline(lines, line)) {
        std::istringstream fields(line);
        std::string share;
        std::string seconds;
        std::string each;
        std::uint64_t calls = 0;
        std::string name;
        // The column of errors is empty for most calls, so the name is whatever stands last.
        if (!(fields >> share >> seconds >> each >> calls)) continue;
        while (fields >> name) {
        }
        if (name == "total") continue;
        totals.all += calls;
        if (is_write(name)) totals.writes += calls;
    }
    return totals;
}

}  // namespace load
