#include "scenario/join.hpp"

#include <algorithm>

#include "client/failure.hpp"
#include "measure/process_usage.hpp"
#include "scenario/topic_join.hpp"
#include "server/whispr_service.hpp"

namespace load {
namespace {

constexpr auto connect_patience = std::chrono::seconds(60);
constexpr auto settle_patience = std::chrono::seconds(60);
constexpr auto quiet = std::chrono::milliseconds(1500);
constexpr auto sample_every = std::chrono::milliseconds(25);

double as_seconds(Clock::duration duration) {
    return std::chrono::duration<double>(duration).count();
}

// The highest memory while the swarm runs until it is quiet; sampled, because the process's own
// peak may be older.
std::uint64_t settle_and_watch(Swarm& swarm, pid_t pid) {
    std::uint64_t peak_kib = 0;
    Clock::time_point next = Clock::now();
    const bool settled = swarm.run_until(
        [&] {
            const Clock::time_point now = Clock::now();
            if (now >= next) {
                peak_kib = std::max(peak_kib, memory_usage(pid).rss_kib);
                next = now + sample_every;
            }
            return now - swarm.last_arrival() >= quiet;
        },
        after(settle_patience));
    if (!settled) throw Failure("the server does not become quiet after the joins");
    return peak_kib;
}

void measure_round(const Setup& setup, const JoinOptions& options, Report& report) {
    const std::string name = "whisprd";
    const Server server = start_whisprd(setup, "join");
    if (server.pid == 0) throw Failure("memory needs the server's process: give --pid");
    const WhisprService service(setup, server);
    std::vector<std::string> others;
    for (std::size_t i = 1; i < options.members; ++i) {
        others.push_back(user_id(i));
    }
    const std::string topic = "conversation:" + service.create_group(user_id(0), others);
    Swarm swarm(server.endpoint, Framing::websocket);
    swarm.connect(
        options.members, [&](std::size_t i) { return service.socket_target(user_id(i)); },
        connect_patience);
    swarm.settle(std::chrono::milliseconds(500), after(settle_patience));

    const CpuUsage cpu_before = cpu_usage(server.pid);
    const MemoryUsage memory_before = memory_usage(server.pid);
    const std::uint64_t bytes_before = swarm.bytes_received();
    const std::uint64_t frames_before = swarm.messages_received();
    const Clock::time_point begin = Clock::now();
    join_topics(swarm, {0, options.members, [&](std::size_t) { return topic; }, options.members});
    const double replied_s = seconds_since(begin);
    const std::uint64_t peak_kib = settle_and_watch(swarm, server.pid);

    const MemoryUsage memory_after = memory_usage(server.pid);
    const double grown =
        static_cast<double>(memory_after.rss_kib) - static_cast<double>(memory_before.rss_kib);
    const double peak = static_cast<double>(std::max(peak_kib, memory_after.rss_kib)) -
                        static_cast<double>(memory_before.rss_kib);
    report.add(name, "all joins answered", "s", replied_s);
    report.add(name, "last frame pushed", "s", as_seconds(swarm.last_arrival() - begin));
    report.add(name, "bytes pushed", "MB",
               static_cast<double>(swarm.bytes_received() - bytes_before) / 1e6);
    report.add(name, "frames pushed", "",
               static_cast<double>(swarm.messages_received() - frames_before));
    report.add(name, "memory growth", "MiB", grown / 1024);
    report.add(name, "memory growth at its highest", "MiB", peak / 1024);
    report.add(name, "server CPU", "ms", (cpu_usage(server.pid) - cpu_before).total_us / 1e3);
}

}  // namespace

void run_join(const Setup& setup, const JoinOptions& options, Report& report) {
    report.condition("members", std::to_string(options.members));
    for (unsigned round = 0; round < setup.rounds; ++round) {
        measure_round(setup, options, report);
    }
}

}  // namespace load
