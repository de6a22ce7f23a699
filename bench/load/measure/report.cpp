#include "measure/report.hpp"

#include <algorithm>
#include <cstdio>

#include "measure/json_text.hpp"
#include "measure/statistics.hpp"

namespace load {
namespace {

std::string figure(double value) {
    char text[32];
    const double size = value < 0 ? -value : value;
    const char* form = size >= 1000 ? "%.0f" : size >= 100 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
    std::snprintf(text, sizeof text, form, value);
    return text;
}

}  // namespace

void Report::condition(std::string what, std::string value) {
    conditions_.emplace_back(std::move(what), std::move(value));
}

const Report::Series* Report::find(const std::string& subject, const std::string& metric) const {
    const auto found = std::find_if(series_.begin(), series_.end(), [&](const Series& s) {
        return s.subject == subject && s.metric == metric;
    });
    return found == series_.end() ? nullptr : &*found;
}

void Report::add(const std::string& subject, const std::string& metric, const std::string& unit,
                 double value) {
    const auto found = std::find_if(series_.begin(), series_.end(), [&](const Series& s) {
        return s.subject == subject && s.metric == metric;
    });
    if (found != series_.end()) {
        found->values.push_back(value);
    } else {
        series_.push_back({subject, metric, unit, {value}});
    }
}

double Report::median_of(const std::string& subject, const std::string& metric) const {
    const Series* series = find(subject, metric);
    return series == nullptr ? 0 : median(series->values);
}

double Report::ratio(const Series& series) const {
    if (baseline_.empty() || series.subject == baseline_) return 0;
    const double floor = median_of(baseline_, series.metric);
    return floor > 0 ? median(series.values) / floor : 0;
}

void Report::print() const {
    std::printf("\n%s\n", scenario_.c_str());
    for (const auto& [what, value] : conditions_) {
        std::printf("  %-14s %s\n", what.c_str(), value.c_str());
    }
    std::vector<std::string> metrics;
    for (const Series& series : series_) {
        if (std::find(metrics.begin(), metrics.end(), series.metric) == metrics.end()) {
            metrics.push_back(series.metric);
        }
    }
    std::printf("\n  %-52s %-26s %10s %21s %6s %8s\n", "metric", "subject", "median", "min .. max",
                "rounds", "ratio");
    for (const std::string& metric : metrics) {
        for (const Series& s : series_) {
            if (s.metric != metric) continue;
            const auto [low, high] = std::minmax_element(s.values.begin(), s.values.end());
            const std::string spread = figure(*low) + " .. " + figure(*high);
            const double share = ratio(s);
            std::printf("  %-52s %-26s %10s %21s %6zu %8s\n",
                        (s.unit.empty() ? metric : metric + ", " + s.unit).c_str(),
                        s.subject.c_str(), figure(median(s.values)).c_str(), spread.c_str(),
                        s.values.size(), share > 0 ? (figure(share) + "x").c_str() : "");
        }
    }
    for (const std::string& note : notes_) {
        std::printf("  note: %s\n", note.c_str());
    }
    std::fflush(stdout);
}

std::string Report::json() const {
    std::string out = "{\"scenario\":" + json_string(scenario_) + ",\"conditions\":{";
    for (std::size_t i = 0; i < conditions_.size(); ++i) {
        out += (i == 0 ? "" : ",") + json_string(conditions_[i].first) + ":" +
               json_string(conditions_[i].second);
    }
    out += "},\"baseline\":" + json_string(baseline_) + ",\"figures\":[";
    for (std::size_t i = 0; i < series_.size(); ++i) {
        const Series& s = series_[i];
        out += (i == 0 ? "\n " : ",\n ");
        out += "{\"subject\":" + json_string(s.subject) + ",\"metric\":" + json_string(s.metric) +
               ",\"unit\":" + json_string(s.unit) + ",\"median\":" + json_number(median(s.values));
        const double share = ratio(s);
        if (share > 0) out += ",\"ratio\":" + json_number(share);
        out += ",\"rounds\":[";
        for (std::size_t r = 0; r < s.values.size(); ++r) {
            out += (r == 0 ? "" : ",") + json_number(s.values[r]);
        }
        out += "]}";
    }
    out += "],\"notes\":[";
    for (std::size_t i = 0; i < notes_.size(); ++i) {
        out += (i == 0 ? "" : ",") + json_string(notes_[i]);
    }
    return out + "]}\n";
}

}  // namespace load
