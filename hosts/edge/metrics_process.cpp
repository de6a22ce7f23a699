#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <sstream>

#include "metrics.hpp"

namespace edge {

namespace {

// Fields of /proc/self/stat as proc(5) numbers them, behind the name, which may hold anything.
enum StatField : std::size_t {
    user_ticks = 14,
    system_ticks = 15,
    threads = 20,
    start_ticks = 22,
    virtual_bytes = 23,
    resident_pages = 24
};

double stat_field(StatField field) {
    std::ifstream file("/proc/self/stat");
    std::string text;
    std::getline(file, text);
    const std::size_t name_end = text.rfind(')');
    if (name_end == std::string::npos) return 0;
    std::istringstream fields(text.substr(name_end + 1));
    std::string word;
    for (std::size_t number = 3; fields >> word; ++number) {
        if (number == field) return std::strtod(word.c_str(), nullptr);
    }
    return 0;
}

double ticks_per_second() {
    return static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double cpu_seconds() {
    return (stat_field(user_ticks) + stat_field(system_ticks)) / ticks_per_second();
}

double resident_bytes() {
    return stat_field(resident_pages) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double open_descriptors() {
    DIR* directory = ::opendir("/proc/self/fd");
    if (directory == nullptr) return 0;
    double count = -3;  // ".", ".." and the directory itself
    while (::readdir(directory) != nullptr)
        ++count;
    ::closedir(directory);
    return count;
}

double allowed_descriptors() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return static_cast<double>(limit.rlim_cur);
}

// Seconds since 1970 at which the machine started.
double boot_time() {
    std::ifstream file("/proc/stat");
    std::string line;
    while (std::getline(file, line)) {
        if (line.starts_with("btime ")) return std::strtod(line.c_str() + 6, nullptr);
    }
    return 0;
}

}  // namespace

void register_process_metrics(Metrics& metrics, std::string_view version) {
    metrics.gauge("whispr_build_info", "Which build this is, always 1.", {{"version", version}})
        .set(1);
    metrics.sampled("process_cpu_seconds_total", "User and system CPU time spent.", cpu_seconds,
                    true);
    metrics.sampled("process_resident_memory_bytes", "Resident memory.", resident_bytes);
    metrics.sampled("process_virtual_memory_bytes", "Virtual memory.",
                    [] { return stat_field(virtual_bytes); });
    metrics.sampled("process_threads", "Threads.", [] { return stat_field(threads); });
    metrics.sampled("process_open_fds", "Open file descriptors.", open_descriptors);
    metrics.sampled("process_max_fds", "File descriptors allowed.", allowed_descriptors);
    const double started = boot_time() + stat_field(start_ticks) / ticks_per_second();
    metrics.sampled("process_start_time_seconds", "Start of the process, seconds since 1970.",
                    [started] { return started; });
}

}  // namespace edge
