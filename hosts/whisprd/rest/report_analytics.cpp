// /reports/analytics: what all reports together tell moderators.
#include <array>

#include "rest/moderation_params.hpp"
#include "rest/moderator_gate.hpp"
#include "rest/report_statistics.hpp"
#include "rest/router.hpp"

namespace whisprd::rest {

namespace {

using statistics::Facts;
using whispr::Time;

constexpr edge::HttpErrors errors{.fields = edge::FieldErrors::error};
constexpr std::chrono::days month{30};
constexpr std::int64_t most_days = 365;

// Answers a moderator with what `write(out, facts, since)` makes of the reports since then.
template <class Write>
void answer_with(CallPtr call, const whispr::Caller& caller, Time since, Write write) {
    auto& moderation = call->service().engine.moderation();
    moderation.facts(caller, since,
                     answering<Facts>(std::move(call), errors,
                                      [since, write](Call& answered, const Facts& facts) {
                                          std::string& out = scratch();
                                          write(out, facts, since);
                                          answered.answer(200, out);
                                      }));
}

Time days_ago(const Params& params, std::int64_t fallback) {
    return present() - std::chrono::days(read_clamped(params, "days", fallback, most_days));
}

void dashboard(CallPtr call) {
    as_moderator(std::move(call), [](CallPtr asked, const whispr::Caller& caller) {
        answer_with(std::move(asked), caller, present() - month,
                    [](std::string& out, const Facts& facts, Time) {
                        statistics::write_dashboard(out, facts, present());
                    });
    });
}

// Reports that still wait may be of any age.
void summary(CallPtr call) {
    as_moderator(std::move(call), [](CallPtr asked, const whispr::Caller& caller) {
        answer_with(std::move(asked), caller, Time{},
                    [](std::string& out, const Facts& facts, Time) {
                        statistics::write_summary(out, facts, present());
                    });
    });
}

void trends(CallPtr call) {
    as_moderator(std::move(call), [](CallPtr asked, const whispr::Caller& caller) {
        const Time since = days_ago(asked->params(), 30);
        answer_with(std::move(asked), caller, since,
                    [](std::string& out, const Facts& facts, Time begin) {
                        statistics::write_daily(out, statistics::daily(facts, begin));
                    });
    });
}

void hourly(CallPtr call) {
    as_moderator(std::move(call), [](CallPtr asked, const whispr::Caller& caller) {
        const auto hours = read_clamped(asked->params(), "hours", 24, 168);
        answer_with(std::move(asked), caller, present() - std::chrono::hours(hours),
                    [](std::string& out, const Facts& facts, Time begin) {
                        statistics::write_hourly(out, statistics::hourly(facts, begin));
                    });
    });
}

void top_reported(CallPtr call) {
    as_moderator(std::move(call), [](CallPtr asked, const whispr::Caller& caller) {
        const auto limit = static_cast<std::size_t>(read_clamped(asked->params(), "limit", 10, 50));
        const Time since = days_ago(asked->params(), 30);
        answer_with(std::move(asked), caller, since,
                    [limit](std::string& out, const Facts& facts, Time begin) {
                        statistics::write_top_reported(
                            out, statistics::top_reported(facts, begin, limit));
                    });
    });
}

// Of all times, unless it is said of how many days.
void categories(CallPtr call) {
    as_moderator(std::move(call), [](CallPtr asked, const whispr::Caller& caller) {
        FieldCheck check;
        const auto status = read_status(asked->params(), check);
        if (!check.wrong.empty()) return asked->refuse(edge::http_error(check.error(), errors));
        const bool limited = edge::json::to_integer(asked->params().find("days")).value.has_value();
        const Time since = limited ? days_ago(asked->params(), most_days) : Time{};
        answer_with(std::move(asked), caller, since,
                    [status](std::string& out, const Facts& facts, Time begin) {
                        statistics::write_categories(out,
                                                     statistics::categories(facts, begin, status));
                    });
    });
}

void resolution(CallPtr call) {
    as_moderator(std::move(call), [](CallPtr asked, const whispr::Caller& caller) {
        const Time since = days_ago(asked->params(), 30);
        answer_with(std::move(asked), caller, since,
                    [](std::string& out, const Facts& facts, Time begin) {
                        statistics::write_resolutions(out, statistics::resolutions(facts, begin));
                    });
    });
}

constexpr std::array routes{
    Route{"GET", "/reports/analytics/dashboard", dashboard},
    Route{"GET", "/reports/analytics/summary", summary},
    Route{"GET", "/reports/analytics/trends", trends},
    Route{"GET", "/reports/analytics/trends/hourly", hourly},
    Route{"GET", "/reports/analytics/top-reported", top_reported},
    Route{"GET", "/reports/analytics/categories", categories},
    Route{"GET", "/reports/analytics/resolution", resolution},
};

}  // namespace

std::span<const Route> report_analytics_routes() {
    return routes;
}

}  // namespace whisprd::rest
