#include "scenario/start.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "client/failure.hpp"
#include "measure/process_usage.hpp"
#include "server/server.hpp"
#include "wire/http_message.hpp"

namespace load {
namespace {

constexpr double patience_s = 20;
constexpr unsigned retry_us = 500;
constexpr unsigned idle_us = 1'000'000;

// Whether a GET /live on a connection of its own is answered with 200.
bool answers(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    const timeval wait{5, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    std::array<char, 4096> answer{};
    ssize_t size = 0;
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        const std::string request = write_request(Endpoint{port}.host(), {"GET", "/live", "", ""});
        if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) > 0) {
            size = ::recv(fd, answer.data(), answer.size(), 0);
        }
    }
    ::close(fd);
    return size > 0 && http_status({answer.data(), static_cast<std::size_t>(size)}) == 200;
}

void measure_start(const std::string& name, const std::vector<std::string>& command,
                   std::uint16_t port, const std::string& log, Report& report) {
    const Clock::time_point begin = Clock::now();
    ChildProcess child(command, log);
    while (!answers(port)) {
        if (!child.alive()) throw Failure(name + " ended at its start, see " + log);
        if (seconds_since(begin) > patience_s) throw Failure(name + " does not answer GET /live");
        ::usleep(retry_us);
    }
    const double elapsed = seconds_since(begin);
    report.add(name, "start to first answer", "ms", elapsed * 1e3);
    report.add(name, "CPU of the start", "ms", cpu_usage(child.pid()).total_us / 1e3);
    ::usleep(idle_us);
    const CpuUsage before = cpu_usage(child.pid());
    ::usleep(idle_us);
    const MemoryUsage memory = memory_usage(child.pid());
    report.add(name, "idle memory (RSS)", "MiB", static_cast<double>(memory.rss_kib) / 1024);
    report.add(name, "idle memory (PSS)", "MiB", static_cast<double>(memory.pss_kib) / 1024);
    report.add(name, "idle memory, private", "MiB", static_cast<double>(memory.anon_kib) / 1024);
    report.add(name, "CPU while idle", "us per s", (cpu_usage(child.pid()) - before).total_us);
}

}  // namespace

void run_start(const Setup& setup, Report& report) {
    if (setup.whisprd.empty()) throw Failure("give --whisprd PATH");
    for (unsigned round = 0; round < setup.rounds; ++round) {
        const std::string data_dir = setup.work_dir + "/start-" + std::to_string(round);
        const std::string log = data_dir + ".log";
        std::filesystem::create_directories(data_dir);
        for (const char* name : {"whisprd, empty directory", "whisprd, second start"}) {
            const std::uint16_t port = free_port();
            measure_start(name, whisprd_command(setup, port, data_dir), port, log, report);
        }
        if (setup.floor.empty()) continue;
        const std::uint16_t port = free_port();
        measure_start("floor", {setup.floor, "--port", std::to_string(port)}, port, log, report);
    }
}

}  // namespace load
