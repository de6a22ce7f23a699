// /monitoring: for people who sign in, in JSON, what /health and the admin port tell probes.
#include <array>
#include <string_view>

#include "edge/json/text.hpp"
#include "health.hpp"
#include "meters.hpp"
#include "rest/reading.hpp"
#include "rest/router.hpp"
#include "user_sockets.hpp"

namespace whisprd::rest {

namespace {

using edge::json::write_number;

// {"data":{"service":...,"timestamp":...,"uptime_seconds":...
void open(std::string& out, const Call& call) {
    out += R"({"data":{"service":"whispr-messaging","version":)";
    edge::json::write_text(out, call.service().version);
    out += R"(,"timestamp":)";
    edge::json::write(
        out, std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()));
    out += R"(,"uptime_seconds":)";
    write_number(out, call.service().health.uptime().count());
}

struct Figure {
    std::string_view name;
    std::uint64_t value;
};

// ,"<name>":{"<figure>":n,...}
template <std::size_t Count>
void write_figures(std::string& out, std::string_view name,
                   const std::array<Figure, Count>& figures) {
    out += ",\"" + std::string(name) + "\":{";
    for (const auto& [figure, value] : figures) {
        if (out.back() != '{') out += ',';
        out += '"' + std::string(figure) + "\":";
        write_number(out, static_cast<std::int64_t>(value));
    }
    out += '}';
}

void health(CallPtr call) {
    if (!admit(call)) return;
    const auto state = call->service().health.state();
    std::string& out = scratch();
    open(out, *call);
    out += state.database ? R"(,"status":"healthy")" : R"(,"status":"unhealthy")";
    out += R"(,"checks":{"database":{"status":")";
    out += state.database ? "healthy" : "unhealthy";
    out += R"(","response_time_ms":)";
    write_number(out, state.response_ms);
    out += R"(}},"connections":)";
    write_number(out, call->service().sockets.count());
    out += "}}";
    call->answer(state.database ? 200 : 503, out);
}

void metrics(CallPtr call) {
    if (!admit(call)) return;
    const auto& service = call->service();
    const auto& meters = service.meters;
    const auto stats = service.engine.stats();
    std::string& out = scratch();
    open(out, *call);
    out += R"(,"connections":)";
    write_number(out, service.sockets.count());
    out += R"(,"messages_sent":)";
    write_number(out, static_cast<std::int64_t>(meters.messages.value()));
    write_figures(out, "http",
                  std::array{Figure{"answered_2xx", meters.requests_2xx.value()},
                             Figure{"answered_4xx", meters.requests_4xx.value()},
                             Figure{"answered_5xx", meters.requests_5xx.value()},
                             Figure{"rate_limited", meters.rate_limited.value()}});
    write_figures(out, "socket",
                  std::array{Figure{"joins", meters.joins.value()},
                             Figure{"joins_refused", meters.joins_refused.value()},
                             Figure{"pushes", meters.pushes.value()},
                             Figure{"pushes_refused", meters.pushes_refused.value()},
                             Figure{"bad_frames", meters.bad_frames.value()},
                             Figure{"upgrades_refused", meters.upgrades_refused.value()}});
    write_figures(
        out, "engine",
        std::array{Figure{"commands", stats.commands}, Figure{"refused", stats.refused},
                   Figure{"batches", stats.batches}, Figure{"batch_reruns", stats.batch_reruns},
                   Figure{"commit_microseconds", stats.commit_microseconds},
                   Figure{"reads", stats.reads}, Figure{"overloaded", stats.overloaded},
                   Figure{"events", stats.events}});
    out += "}}";
    call->answer(200, out);
}

void queues(CallPtr call) {
    if (!admit(call)) return;
    const auto stats = call->service().engine.stats();
    const auto& limits = call->service().engine.limits();
    std::string& out = scratch();
    open(out, *call);
    write_figures(
        out, "commands",
        std::array{Figure{"waiting", stats.lane_queued}, Figure{"capacity", limits.lane_queue}});
    write_figures(out, "reads",
                  std::array{Figure{"waiting", stats.reader_queued},
                             Figure{"capacity", limits.reader_queue}});
    write_figures(out, "refused", std::array{Figure{"overloaded", stats.overloaded}});
    out += "}}";
    call->answer(200, out);
}

constexpr std::array routes{
    Route{"GET", "/monitoring/health", health},
    Route{"GET", "/monitoring/metrics", metrics},
    Route{"GET", "/monitoring/queues", queues},
};

}  // namespace

std::span<const Route> monitoring_routes() {
    return routes;
}

}  // namespace whisprd::rest
