// The result of one scenario: figures per subject (a server under one condition) and metric, one
// value a round. Prints medians with their spread, and the ratio to the baseline subject of the
// same run; writes the same as JSON.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace load {

class Report {
 public:
    explicit Report(std::string scenario) : scenario_(std::move(scenario)) {}

    /// A condition of the whole run: machine, options, versions.
    void condition(std::string what, std::string value);

    /// The subject others are divided by.
    void set_baseline(std::string subject) { baseline_ = std::move(subject); }

    /// One round's value. Subjects and metrics are listed in the order they first appear.
    void add(const std::string& subject, const std::string& metric, const std::string& unit,
             double value);

    /// A remark printed below the table.
    void note(std::string text) { notes_.push_back(std::move(text)); }

    /// The median of a subject's metric so far; 0 if there is none.
    [[nodiscard]] double median_of(const std::string& subject, const std::string& metric) const;

    void print() const;
    [[nodiscard]] std::string json() const;

 private:
    struct Series {
        std::string subject;
        std::string metric;
        std::string unit;
        std::vector<double> values;
    };

    [[nodiscard]] const Series* find(const std::string& subject, const std::string& metric) const;
    [[nodiscard]] double ratio(const Series& series) const;

    std::string scenario_;
    std::string baseline_;
    std::vector<std::pair<std::string, std::string>> conditions_;
    std::vector<Series> series_;
    std::vector<std::string> notes_;
};

}  // namespace load
