// What moderators want to know of many reports: pure functions of the facts and the time. `facts`
// may hold more than a function's window; each looks at what was filed within it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "whispr/moderation.hpp"

namespace whisprd::rest::statistics {

using Facts = std::vector<whispr::ReportFacts>;
using whispr::Time;

// A part of time, as the wire names it, and how many reports were filed in it.
struct Period {
    std::string name;
    std::int64_t count = 0;
};
// Days "2026-04-18", or hours "2026-04-18T12:00:00.000000Z", in order; those without reports are
// left out.
[[nodiscard]] std::vector<Period> daily(const Facts& facts, Time since);
[[nodiscard]] std::vector<Period> hourly(const Facts& facts, Time since);

struct CategoryShare {
    whispr::ReportCategory category{};
    std::int64_t count = 0;
    double percentage = 0;
};
// The most frequent first.
[[nodiscard]] std::vector<CategoryShare> categories(
    const Facts& facts, Time since, std::optional<whispr::ReportStatus> status = std::nullopt);

struct Reported {
    whispr::UserId user;
    std::int64_t unique_reporters = 0;
    std::int64_t total_reports = 0;
};
// By unique reporters.
[[nodiscard]] std::vector<Reported> top_reported(const Facts& facts, Time since, std::size_t most);

struct ReporterShare {
    whispr::UserId user;
    std::int64_t count = 0;
    std::vector<whispr::ReportCategory> categories;
};
[[nodiscard]] std::vector<ReporterShare> top_reporters(const Facts& facts, Time since,
                                                       std::size_t most);

struct Hotspot {
    whispr::ConversationId conversation;
    std::int64_t count = 0;
};
[[nodiscard]] std::vector<Hotspot> hotspots(const Facts& facts, Time since, std::size_t most);

// How reports that were filed since then came to an end.
struct Resolutions {
    double average_hours = 0;
    double median_hours = 0;
    double rate_percent = 0;
    std::vector<std::pair<whispr::ReportStatus, std::int64_t>> by_status;
};
[[nodiscard]] Resolutions resolutions(const Facts& facts, Time since);

[[nodiscard]] std::int64_t filed(const Facts& facts, Time since);

// Answers, each a whole JSON object {"data":...}.
void write_queue_figures(std::string& out, const Facts& facts, Time now);
void write_dashboard(std::string& out, const Facts& facts, Time now);
void write_summary(std::string& out, const Facts& facts, Time now);
void write_daily(std::string& out, const std::vector<Period>& days);
void write_hourly(std::string& out, const std::vector<Period>& hours);
void write_top_reported(std::string& out, const std::vector<Reported>& users);
void write_categories(std::string& out, const std::vector<CategoryShare>& shares);
void write_resolutions(std::string& out, const Resolutions& resolutions);

}  // namespace whisprd::rest::statistics
