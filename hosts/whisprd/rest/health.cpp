// Probes: alive, ready, and in detail. None of them waits for anything.
#include "health.hpp"

#include <unistd.h>

#include <array>
#include <fstream>

#include "edge/json/text.hpp"
#include "media/media.hpp"
#include "neighbours.hpp"
#include "rest/router.hpp"
#include "user_sockets.hpp"

namespace whisprd::rest {

namespace {

using edge::json::write_number;

constexpr std::string_view service_name = "whispr-messaging";

whispr::Time now() {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

// Opens an object with what all probes say.
void open(std::string& out, std::string_view status) {
    out += R"({"status":")";
    out += status;
    out += R"(","service":")";
    out += service_name;
    out += R"(","timestamp":)";
    edge::json::write(out, now());
}

// "1d 2h 3m 4s", without leading zero units.
std::string in_words(std::int64_t seconds) {
    std::string words;
    const std::array<std::pair<std::int64_t, char>, 4> units{
        {{86'400, 'd'}, {3'600, 'h'}, {60, 'm'}, {1, 's'}}};
    for (const auto& [length, name] : units) {
        const std::int64_t count = seconds / length;
        seconds %= length;
        if (count == 0 && words.empty() && length > 1) continue;
        if (!words.empty()) words += ' ';
        words += std::to_string(count) + name;
    }
    return words;
}

void write_uptime(std::string& out, const Call& call) {
    const std::int64_t seconds = call.service().health.uptime().count();
    out += R"(,"uptime":{"seconds":)";
    write_number(out, seconds);
    out += R"(,"human":")" + in_words(seconds) + R"("})";
}

void write_version(std::string& out, const Call& call) {
    out += R"(,"version":)";
    edge::json::write_text(out, call.service().version);
}

std::int64_t resident_bytes() {
    std::ifstream file("/proc/self/statm");
    std::int64_t total = 0;
    std::int64_t resident = 0;
    file >> total >> resident;
    return resident * sysconf(_SC_PAGESIZE);
}

double megabytes(std::int64_t bytes) {
    return static_cast<double>(bytes) / 1048576.0;
}

// The figures of the replaced service's runtime that have no counterpart here are 0.
void write_memory(std::string& out) {
    const std::int64_t resident = resident_bytes();
    out +=
        R"(,"memory":{"count":1,"limit":262144,"usage_percent":0.0,"run_queue":0,"memory_usage":{"total_mb":)";
    write_number(out, megabytes(resident), 2);
    out += R"(,"processes_mb":)";
    write_number(out, megabytes(resident), 2);
    out += R"(,"atom_mb":0.0,"binary_mb":0.0,"ets_mb":0.0}})";
}

// Whether Redis can be used, where there is one. Without it a node serves all the same: it reads
// from the store what it does not hear.
bool redis_works(const Call& call) {
    return call.service().neighbours.usable().value_or(true);
}

// Without the place of files everything else is served all the same.
bool all_works(const Call& call) {
    const media::Media* media = call.service().media;
    return redis_works(call) && (media == nullptr || media->store_answers());
}

void write_checks(std::string& out, const Call& call, bool database) {
    if (!database) {
        out += R"(,"checks":{"database":"failed","redis":"unknown"})";
    } else {
        out += redis_works(call) ? R"(,"checks":{"database":"ok","redis":"ok"})"
                                 : R"(,"checks":{"database":"ok","redis":"failed"})";
    }
}

void ready_word(Call& call, const Health::State& state) {
    std::string& out = scratch();
    open(out, state.ready() ? "ready" : "not_ready");
    if (state.ready()) out += R"(,"type":"readiness")";
    write_checks(out, call, state.database);
    out += '}';
    call.answer(state.ready() ? 200 : 503, out);
}

void unhealthy(Call& call) {
    std::string& out = scratch();
    open(out, "unhealthy");
    write_checks(out, call, false);
    out += '}';
    call.answer(503, out);
}

void health(CallPtr call) {
    const auto type = call->params().query("type");
    const auto state = call->service().health.state();
    std::string& out = scratch();
    if (type == "live") {
        open(out, "ok");
        out += R"(,"type":"liveness"})";
        return call->answer(200, out);
    }
    if (type == "ready") return ready_word(*call, state);
    if (!state.database) return unhealthy(*call);
    open(out, all_works(*call) ? "ok" : "degraded");
    write_version(out, *call);
    write_uptime(out, *call);
    write_checks(out, *call, true);
    write_memory(out);
    out += '}';
    call->answer(200, out);
}

void write_bytes(std::string& out, std::string_view name, std::int64_t bytes) {
    out += ",\"" + std::string(name) + R"(_bytes":)";
    write_number(out, bytes);
    out += ",\"" + std::string(name) + R"(_mb":)";
    write_number(out, megabytes(bytes), 2);
}

// Why it is not used names hosts, and is for the log.
void write_replica(std::string& out, const Call& call) {
    const auto replica = call.service().engine.storage_figures().replica;
    if (!replica) return;
    out += replica->usable ? R"(,"replica":{"status":"used","lag_bytes":)"
                           : R"(,"replica":{"status":"not_used","lag_bytes":)";
    write_number(out, replica->lag_bytes);
    out += '}';
}

void detailed(CallPtr call) {
    if (!call->service().health.state().database) return unhealthy(*call);
    const std::int64_t resident = resident_bytes();
    std::string& out = scratch();
    open(out, all_works(*call) ? "ok" : "degraded");
    write_version(out, *call);
    write_uptime(out, *call);
    write_checks(out, *call, true);
    out += R"(,"memory":{"used_mb":)";
    write_number(out, megabytes(resident), 2);
    out += R"(,"available_mb":)";
    write_number(
        out,
        megabytes(static_cast<std::int64_t>(sysconf(_SC_AVPHYS_PAGES)) * sysconf(_SC_PAGESIZE)), 2);
    for (const std::string_view name : {"total", "processes", "system"})
        write_bytes(out, name, resident);
    for (const std::string_view name : {"atom", "binary", "ets"})
        write_bytes(out, name, 0);
    out += R"(},"process_info":{"run_queue":0,"memory_usage":)";
    write_number(out, resident);
    out +=
        R"(,"process_count":1,"process_limit":262144},"metrics":{"active_conversations":0,"active_connections":)";
    write_number(out, call->service().sockets.count());
    out += '}';
    write_replica(out, *call);
    out += '}';
    call->answer(200, out);
}

void live(CallPtr call) {
    std::string& out = scratch();
    open(out, "alive");
    write_version(out, *call);
    write_uptime(out, *call);
    write_memory(out);
    out += '}';
    call->answer(200, out);
}

void ready(CallPtr call) {
    const auto state = call->service().health.state();
    std::string& out = scratch();
    const bool cache = state.database && redis_works(*call);
    open(out, state.stopping ? "stopping" : state.ready() && cache ? "ready" : "degraded");
    for (const auto& [name, works] :
         {std::pair{R"(,"checks":{"database")", state.database}, std::pair{R"(,"cache")", cache}}) {
        out += name;
        out += works ? R"(:{"status":"healthy","response_time_ms":)"
                     : R"(:{"status":"unhealthy","response_time_ms":)";
        write_number(out, state.response_ms);
        out += '}';
    }
    out += "}}";
    call->answer(state.ready() ? 200 : 503, out);
}

constexpr std::array routes{
    Route{"GET", "/health", health, Audience::anyone},
    Route{"GET", "/health/detailed", detailed, Audience::anyone},
    Route{"GET", "/health/live", live, Audience::anyone},
    Route{"GET", "/health/ready", ready, Audience::anyone},
};
constexpr std::array probes{
    Route{"GET", "/live", live, Audience::anyone},
    Route{"GET", "/ready", ready, Audience::anyone},
};

}  // namespace

std::span<const Route> health_routes() {
    return routes;
}
std::span<const Route> probe_routes() {
    return probes;
}

}  // namespace whisprd::rest
