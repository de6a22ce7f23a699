// The JSON of report statistics.
#include <algorithm>
#include <map>

#include "edge/json/text.hpp"
#include "rest/report_statistics.hpp"

namespace whisprd::rest::statistics {

namespace {

using edge::json::write;
using edge::json::write_number;
using whispr::ReportStatus;

constexpr std::chrono::days month{30};

// [{...},...]
template <class T, class Item>
void write_list(std::string& out, const std::vector<T>& items, Item item) {
    out += '[';
    for (const T& one : items) {
        if (&one != &items.front()) out += ',';
        out += '{';
        item(one);
        out += '}';
    }
    out += ']';
}

void write_periods(std::string& out, std::string_view name, const std::vector<Period>& periods) {
    write_list(out, periods, [&](const Period& period) {
        out += '"';
        out += name;
        out += R"(":")";
        out += period.name;
        out += R"(","count":)";
        write_number(out, period.count);
    });
}

enum class Shares { counts, percentages };

void write_shares(std::string& out, const std::vector<CategoryShare>& shares, Shares form) {
    write_list(out, shares, [&](const CategoryShare& share) {
        out += R"("category":")";
        out += whispr::to_string(share.category);
        out += R"(","count":)";
        write_number(out, share.count);
        if (form == Shares::counts) return;
        out += R"(,"percentage":)";
        write_number(out, share.percentage, 1);
    });
}

void write_reported(std::string& out, const std::vector<Reported>& users) {
    write_list(out, users, [&](const Reported& one) {
        out += R"("user_id":)";
        write(out, one.user);
        out += R"(,"unique_reporters":)";
        write_number(out, one.unique_reporters);
        out += R"(,"total_reports":)";
        write_number(out, one.total_reports);
    });
}

void write_reporters(std::string& out, const std::vector<ReporterShare>& users) {
    write_list(out, users, [&](const ReporterShare& one) {
        out += R"("reporter_id":)";
        write(out, one.user);
        out += R"(,"report_count":)";
        write_number(out, one.count);
        out += R"(,"categories":[)";
        for (const auto category : one.categories) {
            if (out.back() != '[') out += ',';
            out += '"';
            out += whispr::to_string(category);
            out += '"';
        }
        out += ']';
    });
}

// The fields of an object, without its braces.
void write_resolution_fields(std::string& out, const Resolutions& resolutions) {
    out += R"("avg_resolution_hours":)";
    write_number(out, resolutions.average_hours, 1);
    out += R"(,"median_resolution_hours":)";
    write_number(out, resolutions.median_hours, 1);
    out += R"(,"resolution_rate_pct":)";
    write_number(out, resolutions.rate_percent, 1);
    out += R"(,"status_distribution":{)";
    for (const auto& [status, count] : resolutions.by_status) {
        if (out.back() != '{') out += ',';
        out += '"';
        out += whispr::to_string(status);
        out += "\":";
        write_number(out, count);
    }
    out += '}';
}

std::int64_t with_status(const Facts& facts, ReportStatus status) {
    return std::count_if(facts.begin(), facts.end(),
                         [status](const auto& one) { return one.status == status; });
}

}  // namespace

void write_queue_figures(std::string& out, const Facts& facts, Time now) {
    const Time today = std::chrono::floor<std::chrono::days>(now);
    const auto resolved_today = std::count_if(facts.begin(), facts.end(), [today](const auto& one) {
        const bool resolved = one.status == ReportStatus::resolved_action ||
                              one.status == ReportStatus::resolved_dismissed;
        return resolved && one.updated_at >= today;
    });
    out += R"({"data":{"pending":)";
    write_number(out, with_status(facts, ReportStatus::pending));
    out += R"(,"under_review":)";
    write_number(out, with_status(facts, ReportStatus::under_review));
    out += R"(,"resolved_today":)";
    write_number(out, static_cast<std::int64_t>(resolved_today));
    out += R"(,"by_category":{)";
    for (const auto& share : categories(facts, Time::min(), ReportStatus::pending)) {
        if (out.back() != '{') out += ',';
        out += '"';
        out += whispr::to_string(share.category);
        out += "\":";
        write_number(out, share.count);
    }
    out += "}}}";
}

void write_dashboard(std::string& out, const Facts& facts, Time now) {
    constexpr std::size_t shown = 5;
    const Time since = now - month;
    const auto shares = categories(facts, since);
    out += R"({"data":{"daily_counts":)";
    write_periods(out, "date", daily(facts, now - std::chrono::days(14)));
    out += R"(,"hourly_counts":)";
    write_periods(out, "hour", hourly(facts, now - std::chrono::hours(24)));
    out += R"(,"category_breakdown":)";
    write_shares(out, shares, Shares::counts);
    out += R"(,"category_percentages":)";
    write_shares(out, shares, Shares::percentages);
    out += R"(,"top_reported":)";
    write_reported(out, top_reported(facts, since, shown));
    out += R"(,"top_reporters":)";
    write_reporters(out, top_reporters(facts, since, shown));
    out += ',';
    write_resolution_fields(out, resolutions(facts, since));
    out += R"(,"conversation_hotspots":)";
    write_list(out, hotspots(facts, since, shown), [&](const Hotspot& one) {
        out += R"("conversation_id":)";
        write(out, one.conversation);
        out += R"(,"report_count":)";
        write_number(out, one.count);
    });
    out += "}}";
}

void write_summary(std::string& out, const Facts& facts, Time now) {
    out += R"({"data":{"total_reports_30d":)";
    write_number(out, filed(facts, now - month));
    out += R"(,"total_reports_24h":)";
    write_number(out, filed(facts, now - std::chrono::hours(24)));
    out += R"(,"pending_reports":)";
    write_number(out, with_status(facts, ReportStatus::pending));
    out += R"(,"resolution_rate_pct":)";
    write_number(out, resolutions(facts, now - month).rate_percent, 1);
    out += "}}";
}

void write_daily(std::string& out, const std::vector<Period>& days) {
    out += R"({"data":)";
    write_periods(out, "date", days);
    out += '}';
}

void write_hourly(std::string& out, const std::vector<Period>& hours) {
    out += R"({"data":)";
    write_periods(out, "hour", hours);
    out += '}';
}

void write_top_reported(std::string& out, const std::vector<Reported>& users) {
    out += R"({"data":)";
    write_reported(out, users);
    out += '}';
}

void write_categories(std::string& out, const std::vector<CategoryShare>& shares) {
    out += R"({"data":)";
    write_shares(out, shares, Shares::percentages);
    out += '}';
}

void write_resolutions(std::string& out, const Resolutions& resolutions) {
    out += R"({"data":{)";
    write_resolution_fields(out, resolutions);
    out += "}}";
}

}  // namespace whisprd::rest::statistics
