#include "scenario/idle.hpp"

#include "client/failure.hpp"
#include "measure/process_usage.hpp"
#include "scenario/topic_join.hpp"
#include "server/whispr_service.hpp"

namespace load {
namespace {

constexpr auto connect_patience = std::chrono::seconds(120);
constexpr auto settle_patience = std::chrono::seconds(60);
constexpr auto quiet = std::chrono::milliseconds(1000);

struct Held {
    MemoryUsage process;
    KernelMemory kernel;
};

Held held_by(const Server& server) {
    return {memory_usage(server.pid), kernel_memory()};
}

double growth(std::uint64_t few, std::uint64_t many) {
    return static_cast<double>(many) - static_cast<double>(few);
}

// Two waves of connections to one server; what they cost is taken from the second, when the first
// has already filled what is paid once: allocator arenas, caches, tables.
class IdleRun {
 public:
    IdleRun(const IdleOptions& options, Report& report, std::string name, const Server& server)
        : options_(options),
          report_(report),
          name_(std::move(name)),
          server_(server),
          swarm_(server.endpoint, Framing::websocket) {}

    void measure(const WhisprService* service, const std::vector<std::string>& conversations) {
        service_ = service;
        conversations_ = &conversations;
        add_wave(options_.few, false);
        const Held few = held_by(server_);
        add_wave(options_.many - options_.few, true);
        const Held many = held_by(server_);
        report_memory(few, many);
    }

 private:
    void add_wave(std::size_t count, bool measured) {
        const std::size_t first = swarm_.size();
        const CpuUsage begin = cpu_usage(server_.pid);
        swarm_.connect(
            count,
            [&](std::size_t i) {
                return service_ != nullptr ? service_->socket_target(user_id(i)) : "/idle";
            },
            connect_patience);
        const CpuUsage upgraded = cpu_usage(server_.pid);
        CpuUsage user_joined = upgraded;
        if (service_ != nullptr) {
            join_topics(swarm_, {first, count, [](std::size_t i) { return "user:" + user_id(i); }});
            user_joined = cpu_usage(server_.pid);
            join_topics(swarm_, {first, count, [&](std::size_t i) {
                                     return "conversation:" + (*conversations_)[i / 2];
                                 }});
        }
        const CpuUsage joined = cpu_usage(server_.pid);
        if (!swarm_.settle(quiet, after(settle_patience))) {
            throw Failure(name_ + " does not become quiet");
        }
        if (!measured) return;
        const auto each = [&](const CpuUsage& to, const CpuUsage& from) {
            return (to - from).total_us / static_cast<double>(count);
        };
        const CpuUsage settled = cpu_usage(server_.pid);
        report_.add(name_, "CPU of accept and upgrade", "us", each(upgraded, begin));
        if (service_ != nullptr) {
            report_.add(name_, "CPU of joining the user topic", "us", each(user_joined, upgraded));
            report_.add(name_, "CPU of joining a conversation", "us", each(joined, user_joined));
        }
        report_.add(name_, "CPU until settled", "us", each(settled, joined));
        report_.add(name_, "CPU per connect, all of it", "us", each(settled, begin));
        if (service_ != nullptr && service_->mint() != nullptr) {
            const double verification = service_->mint()->verification_us();
            report_.add(name_, "one P-256 verification", "us", verification);
            report_.add(name_, "CPU per connect less verification", "us",
                        each(settled, begin) - verification);
        }
    }

    void report_memory(const Held& few, const Held& many) {
        const auto connections = static_cast<double>(options_.many - options_.few);
        const auto slope = [&](std::uint64_t from, std::uint64_t to) {
            return growth(from, to) * 1024 / connections;
        };
        report_.add(name_, "process memory per connection (RSS)", "B",
                    slope(few.process.rss_kib, many.process.rss_kib));
        report_.add(name_, "process memory per connection (PSS)", "B",
                    slope(few.process.pss_kib, many.process.pss_kib));
        report_.add(name_, "process memory, all idle", "MiB",
                    static_cast<double>(many.process.rss_kib) / 1024);
        report_.add(name_, "process memory, peak", "MiB",
                    static_cast<double>(many.process.peak_kib) / 1024);
        report_.add(name_, "kernel slab per connection, both ends", "B",
                    slope(few.kernel.slab_kib, many.kernel.slab_kib));
        report_.add(name_, "kernel TCP buffers per connection", "B",
                    slope(few.kernel.tcp_buffers_kib, many.kernel.tcp_buffers_kib));
    }

    const IdleOptions& options_;
    Report& report_;
    std::string name_;
    const Server& server_;
    Swarm swarm_;
    const WhisprService* service_ = nullptr;
    const std::vector<std::string>* conversations_ = nullptr;
};

void measure_whisprd(const Setup& setup, const IdleOptions& options, Report& report) {
    const Server server = start_whisprd(setup, "idle");
    if (server.pid == 0) throw Failure("memory needs the server's process: give --pid");
    const WhisprService service(setup, server);
    std::vector<WhisprService::Plan> plans((options.many + 1) / 2);
    for (std::size_t k = 0; k < plans.size(); ++k) {
        plans[k].members = {user_id(2 * k), user_id(2 * k + 1)};
    }
    const std::vector<std::string> conversations = service.create_all(plans);
    IdleRun(options, report, "whisprd", server).measure(&service, conversations);
}

}  // namespace

void run_idle(const Setup& setup, const IdleOptions& options, Report& report) {
    if (options.few >= options.many) throw Failure("--few must be below --many");
    report.condition("connections", std::to_string(options.few) + " and " +
                                        std::to_string(options.many) + ", plain TCP");
    for (unsigned round = 0; round < setup.rounds; ++round) {
        if (!setup.floor.empty()) {
            const Server floor = start_floor(setup);
            IdleRun(options, report, "floor, upgrade only", floor).measure(nullptr, {});
        }
        if (setup.has_whisprd()) measure_whisprd(setup, options, report);
    }
    report.note("slab and TCP buffers are the machine's: they hold the client's ends too");
}

}  // namespace load
