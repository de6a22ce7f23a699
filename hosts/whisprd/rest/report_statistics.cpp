#include "rest/report_statistics.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "edge/json/text.hpp"

namespace whisprd::rest::statistics {

namespace {

using whispr::ReportFacts;
using whispr::ReportStatus;

bool is_resolved(const ReportFacts& report) {
    return report.status == ReportStatus::resolved_action ||
           report.status == ReportStatus::resolved_dismissed;
}

// "2026-04-18T12:00:00.000000Z"
std::string iso(Time time) {
    std::string quoted;
    edge::json::write(quoted, time);
    return quoted.substr(1, quoted.size() - 2);
}

template <class Unit, class Name>
std::vector<Period> periods(const Facts& facts, Time since, Name name) {
    std::map<std::chrono::sys_time<Unit>, std::int64_t> counts;
    for (const ReportFacts& report : facts) {
        if (report.created_at >= since) ++counts[std::chrono::floor<Unit>(report.created_at)];
    }
    std::vector<Period> found;
    for (const auto& [begin, count] : counts)
        found.push_back({name(iso(begin)), count});
    return found;
}

double percent(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

double hours_between(Time from, Time to) {
    return std::chrono::duration<double, std::ratio<3600>>(to - from).count();
}

// The largest `most` by `better`.
template <class T, class Better>
std::vector<T> best(std::vector<T> all, std::size_t most, Better better) {
    std::sort(all.begin(), all.end(), better);
    if (all.size() > most) all.resize(most);
    return all;
}

}  // namespace

std::vector<Period> daily(const Facts& facts, Time since) {
    return periods<std::chrono::days>(facts, since,
                                      [](const std::string& time) { return time.substr(0, 10); });
}

std::vector<Period> hourly(const Facts& facts, Time since) {
    return periods<std::chrono::hours>(facts, since, [](std::string time) { return time; });
}

std::vector<CategoryShare> categories(const Facts& facts, Time since,
                                      std::optional<ReportStatus> status) {
    std::map<whispr::ReportCategory, std::int64_t> counts;
    std::int64_t all = 0;
    for (const ReportFacts& report : facts) {
        if (report.created_at < since || (status && report.status != *status)) continue;
        ++counts[report.category];
        ++all;
    }
    std::vector<CategoryShare> shares;
    for (const auto& [category, count] : counts)
        shares.push_back({category, count, percent(count, all)});
    std::stable_sort(shares.begin(), shares.end(),
                     [](const auto& a, const auto& b) { return a.count > b.count; });
    return shares;
}

std::vector<Reported> top_reported(const Facts& facts, Time since, std::size_t most) {
    std::map<whispr::UserId, std::pair<std::set<whispr::UserId>, std::int64_t>> users;
    for (const ReportFacts& report : facts) {
        if (report.created_at < since) continue;
        auto& [reporters, total] = users[report.reported];
        reporters.insert(report.reporter);
        ++total;
    }
    std::vector<Reported> all;
    for (const auto& [user, counted] : users) {
        all.push_back({user, static_cast<std::int64_t>(counted.first.size()), counted.second});
    }
    return best(std::move(all), most, [](const Reported& a, const Reported& b) {
        return std::tie(b.unique_reporters, b.total_reports, a.user) <
               std::tie(a.unique_reporters, a.total_reports, b.user);
    });
}

std::vector<ReporterShare> top_reporters(const Facts& facts, Time since, std::size_t most) {
    std::map<whispr::UserId, std::pair<std::set<whispr::ReportCategory>, std::int64_t>> users;
    for (const ReportFacts& report : facts) {
        if (report.created_at < since) continue;
        auto& [named, count] = users[report.reporter];
        named.insert(report.category);
        ++count;
    }
    std::vector<ReporterShare> all;
    for (const auto& [user, counted] : users) {
        all.push_back({user, counted.second, {counted.first.begin(), counted.first.end()}});
    }
    return best(std::move(all), most, [](const ReporterShare& a, const ReporterShare& b) {
        return std::tie(b.count, a.user) < std::tie(a.count, b.user);
    });
}

std::vector<Hotspot> hotspots(const Facts& facts, Time since, std::size_t most) {
    std::map<whispr::ConversationId, std::int64_t> counts;
    for (const ReportFacts& report : facts) {
        if (report.created_at >= since && report.conversation) ++counts[*report.conversation];
    }
    std::vector<Hotspot> all;
    for (const auto& [conversation, count] : counts)
        all.push_back({conversation, count});
    return best(std::move(all), most, [](const Hotspot& a, const Hotspot& b) {
        return std::tie(b.count, a.conversation) < std::tie(a.count, b.conversation);
    });
}

Resolutions resolutions(const Facts& facts, Time since) {
    std::vector<double> hours;
    std::map<ReportStatus, std::int64_t> counts;
    for (const ReportFacts& report : facts) {
        if (report.created_at < since) continue;
        ++counts[report.status];
        if (is_resolved(report))
            hours.push_back(hours_between(report.created_at, report.updated_at));
    }
    Resolutions found;
    found.by_status.assign(counts.begin(), counts.end());
    if (hours.empty()) return found;
    std::sort(hours.begin(), hours.end());
    double sum = 0;
    for (const double one : hours)
        sum += one;
    found.average_hours = sum / static_cast<double>(hours.size());
    const std::size_t middle = hours.size() / 2;
    found.median_hours =
        hours.size() % 2 == 1 ? hours[middle] : (hours[middle - 1] + hours[middle]) / 2;
    found.rate_percent = percent(static_cast<std::int64_t>(hours.size()), filed(facts, since));
    return found;
}

std::int64_t filed(const Facts& facts, Time since) {
    return std::count_if(facts.begin(), facts.end(),
                         [since](const ReportFacts& one) { return one.created_at >= since; });
}

}  // namespace whisprd::rest::statistics
