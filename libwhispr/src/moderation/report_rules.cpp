#include "moderation/report_rules.hpp"

#include <algorithm>
#include <array>

#include "plain_text.hpp"

namespace whispr {

namespace {

using std::chrono::days;
using Level = ReportsReached::Level;

struct Threshold {
    Level level;
    std::uint32_t reporters;
    days within;
};

// The highest comes first.
std::array<Threshold, 3> thresholds(const Limits& limits) {
    return {Threshold{Level::permanent_review, limits.review_threshold,
                      days(limits.review_threshold_days)},
            Threshold{Level::temp_ban, limits.ban_threshold, days(limits.ban_threshold_days)},
            Threshold{Level::auto_mute, limits.mute_threshold, days(limits.mute_threshold_days)}};
}

}  // namespace

void check_text(const std::string& field, std::string_view text, std::vector<FieldError>& wrong) {
    if (text.size() > limits::reason_bytes) {
        wrong.push_back(
            {field, "should be at most " + std::to_string(limits::reason_bytes) + " byte(s)"});
    } else if (!is_plain_text(text)) {
        wrong.push_back({field, "is invalid"});
    }
}

std::vector<FieldError> check_fields(const FileReport& command, UserId reporter) {
    std::vector<FieldError> wrong;
    if (command.reported.is_nil()) {
        wrong.push_back({"reported_user_id", "can't be blank"});
    } else if (command.reported == reporter) {
        wrong.push_back({"reported_user_id", "cannot report yourself"});
    }
    check_text("description", command.description, wrong);
    return wrong;
}

std::optional<Error> refuse_report(const FileReport& command, UserId reporter,
                                   const std::vector<ReportRow>& filed, Time now,
                                   const Limits& limits) {
    std::size_t lately = 0;
    bool same_message = false;
    for (const auto& [report, op_id] : filed) {
        if (report.reporter != reporter) continue;
        const auto age = now - report.created_at;
        if (age < std::chrono::hours(1)) ++lately;
        if (command.message && report.message == command.message && age < limits.report_cooldown) {
            same_message = true;
        }
    }
    if (lately >= limits.reports_per_hour) {
        return Error{Errc::limit_reached,
                     std::to_string(limits.reports_per_hour) + " reports were filed within an hour",
                     {}};
    }
    if (same_message) {
        return Error{Errc::already_exists,
                     "message " + command.message->to_string() + " was reported lately",
                     {}};
    }
    return std::nullopt;
}

std::chrono::microseconds filed_window(const Limits& limits) {
    return std::max<std::chrono::microseconds>(std::chrono::hours(1), limits.report_cooldown);
}

std::chrono::microseconds reporters_window(const Limits& limits) {
    const auto all = thresholds(limits);
    return std::max_element(
               all.begin(), all.end(),
               [](const Threshold& a, const Threshold& b) { return a.within < b.within; })
        ->within;
}

std::optional<ReportsReached> reached_level(UserId reported, const std::vector<Reporter>& reporters,
                                            Time now, const Limits& limits) {
    for (const Threshold& threshold : thresholds(limits)) {
        const auto counts = [&](const Reporter& one) {
            return one.reported == reported && one.newest >= now - threshold.within;
        };
        const auto found =
            static_cast<std::uint32_t>(std::count_if(reporters.begin(), reporters.end(), counts));
        if (found >= threshold.reporters) return ReportsReached{reported, threshold.level, found};
    }
    return std::nullopt;
}

}  // namespace whispr
