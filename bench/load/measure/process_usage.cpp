#include "measure/process_usage.hpp"

#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "client/failure.hpp"

namespace load {
namespace {

namespace fs = std::filesystem;

// Files in /proc have no size to ask for; they are read to the end.
std::string contents(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// The number after "name" and blanks, in a file of lines such as "VmRSS:   1234 kB".
std::uint64_t field(const std::string& text, const std::string& name) {
    std::size_t at = text.rfind(name, 0) == 0 ? 0 : text.find("\n" + name);
    if (at == std::string::npos) return 0;
    at = text.find_first_of("0123456789", at + name.size());
    return at == std::string::npos ? 0 : std::stoull(text.substr(at, 20));
}

std::string proc(pid_t pid, std::string_view file) {
    return "/proc/" + std::to_string(pid) + "/" + std::string(file);
}

struct Ticks {
    double user = 0;
    double system = 0;
};

Ticks ticks(pid_t pid) {
    const std::string stat = contents(proc(pid, "stat"));
    // The name in parentheses may hold blanks, so fields are counted behind it: utime is the 14th
    // of the line.
    const std::size_t name_end = stat.rfind(')');
    if (name_end == std::string::npos) {
        throw Failure("process " + std::to_string(pid) + " is gone");
    }
    std::istringstream fields(stat.substr(name_end + 2));
    std::string skipped;
    for (int i = 3; i < 14; ++i) {
        fields >> skipped;
    }
    Ticks result;
    fields >> result.user >> result.system;
    return result;
}

}  // namespace

CpuUsage cpu_usage(pid_t pid) {
    const Ticks spent = ticks(pid);
    const double tick_us = 1e6 / static_cast<double>(::sysconf(_SC_CLK_TCK));
    CpuUsage usage;
    usage.user_us = spent.user * tick_us;
    usage.system_us = spent.system * tick_us;
    usage.total_us = usage.user_us + usage.system_us;
    double scheduled_us = 0;
    std::error_code error;
    for (const auto& task : fs::directory_iterator(proc(pid, "task"), error)) {
        const std::string schedstat = contents(task.path().string() + "/schedstat");
        if (!schedstat.empty()) scheduled_us += std::stod(schedstat) / 1e3;
        const std::string status = contents(task.path().string() + "/status");
        usage.voluntary_switches += field(status, "voluntary_ctxt_switches:");
        usage.involuntary_switches += field(status, "nonvoluntary_ctxt_switches:");
    }
    // The scheduler's figure has nanoseconds but forgets threads that have ended; ticks do not.
    if (std::abs(scheduled_us - usage.total_us) < 3 * tick_us) usage.total_us = scheduled_us;
    return usage;
}

CpuUsage& CpuUsage::operator+=(const CpuUsage& other) {
    user_us += other.user_us;
    system_us += other.system_us;
    total_us += other.total_us;
    voluntary_switches += other.voluntary_switches;
    involuntary_switches += other.involuntary_switches;
    return *this;
}

CpuUsage operator-(const CpuUsage& later, const CpuUsage& earlier) {
    CpuUsage spent;
    spent.user_us = later.user_us - earlier.user_us;
    spent.system_us = later.system_us - earlier.system_us;
    spent.total_us = later.total_us - earlier.total_us;
    spent.voluntary_switches = later.voluntary_switches - earlier.voluntary_switches;
    spent.involuntary_switches = later.involuntary_switches - earlier.involuntary_switches;
    return spent;
}

MemoryUsage memory_usage(pid_t pid) {
    const std::string status = contents(proc(pid, "status"));
    const std::string rollup = contents(proc(pid, "smaps_rollup"));
    if (status.empty()) throw Failure("process " + std::to_string(pid) + " is gone");
    MemoryUsage usage;
    usage.rss_kib = field(status, "VmRSS:");
    usage.peak_kib = field(status, "VmHWM:");
    usage.pss_kib = field(rollup, "Pss:");
    usage.anon_kib = field(rollup, "Anonymous:");
    return usage;
}

KernelMemory kernel_memory() {
    KernelMemory memory;
    const std::string sockets = contents("/proc/net/sockstat");
    const std::size_t tcp = sockets.find("TCP: inuse ");
    if (tcp != std::string::npos) {
        memory.tcp_sockets = std::stoull(sockets.substr(tcp + 11, 20));
        const std::size_t pages = sockets.find(" mem ", tcp);
        if (pages != std::string::npos) {
            const auto page_kib = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) / 1024;
            memory.tcp_buffers_kib = std::stoull(sockets.substr(pages + 5, 20)) * page_kib;
        }
    }
    memory.slab_kib = field(contents("/proc/meminfo"), "Slab:");
    return memory;
}

}  // namespace load
