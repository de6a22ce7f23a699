// The exposition format is written by prometheus-cpp-core. Its metrics are not used: a histogram
// there takes a mutex for every observation, and a counter is a compare-and-swap loop on a shared
// double, both on paths we count per message.
#include "metrics.hpp"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>

namespace edge {

namespace {

constexpr std::size_t max_series = 10'000;

}  // namespace

enum class Metrics::Kind : std::uint8_t {
    counter,
    gauge,
    histogram,
    sampled_counter,
    sampled_gauge
};

struct Metrics::Series {
    std::vector<prometheus::ClientMetric::Label> labels;
    std::unique_ptr<Counter> counter;
    std::unique_ptr<Gauge> gauge;
    std::unique_ptr<Histogram> histogram;
    std::function<double()> read;
};

struct Metrics::Family {
    Kind kind;
    std::string name;
    std::string help;
    std::map<std::string, std::unique_ptr<Series>> series;  // by label_text()
};

namespace {

// Distinct for distinct labels: no value can hold the lengths that separate them.
std::string label_text(const std::vector<prometheus::ClientMetric::Label>& labels) {
    std::string text;
    for (const auto& label : labels) {
        text += label.name + '=' + std::to_string(label.value.size()) + ':' + label.value;
    }
    return text;
}

prometheus::ClientMetric::Histogram collect(const Histogram& histogram) {
    const Histogram::Values values = histogram.values();
    prometheus::ClientMetric::Histogram result;
    result.sample_count = values.count;
    result.sample_sum = values.sum;
    for (std::size_t i = 0; i < values.cumulative.size(); ++i) {
        result.bucket.push_back({values.cumulative[i], histogram.bounds()[i]});
    }
    return result;
}

}  // namespace

Histogram::Histogram(std::span<const double> bounds)
    : bounds_(bounds.begin(), bounds.end()),
      buckets_(std::make_unique<std::atomic<std::uint64_t>[]>(bounds.size() + 1)) {}

void Histogram::observe(double value) noexcept {
    const auto bound = std::lower_bound(bounds_.begin(), bounds_.end(), value);
    buckets_[static_cast<std::size_t>(bound - bounds_.begin())].fetch_add(
        1, std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
}

Histogram::Values Histogram::values() const {
    Values values;
    for (std::size_t i = 0; i <= bounds_.size(); ++i) {
        values.count += buckets_[i].load(std::memory_order_relaxed);
        if (i < bounds_.size()) values.cumulative.push_back(values.count);
    }
    values.sum = sum_.load(std::memory_order_relaxed);
    return values;
}

std::span<const double> duration_bounds() {
    static constexpr std::array bounds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                       0.05,   0.1,     0.25,   0.5,   1.0,    2.5,   5.0,  10.0};
    return bounds;
}

std::span<const double> size_bounds() {
    static constexpr std::array bounds{1.0,  2.0,   4.0,   8.0,   16.0,  32.0,
                                       64.0, 128.0, 256.0, 512.0, 1024.0};
    return bounds;
}

Metrics::Metrics() = default;
Metrics::~Metrics() = default;

Metrics::Series& Metrics::series(Kind kind, std::string_view name, std::string_view help,
                                 MetricLabels labels) {
    auto family = std::find_if(families_.begin(), families_.end(),
                               [&](const auto& known) { return known->name == name; });
    if (family == families_.end()) {
        const auto place = std::find_if(families_.begin(), families_.end(),
                                        [&](const auto& known) { return known->name > name; });
        family = families_.insert(place, std::make_unique<Family>(Family{
                                             kind, std::string(name), std::string(help), {}}));
    }
    if ((*family)->kind != kind) {
        std::fprintf(stderr, "metric %s was registered as two kinds\n", (*family)->name.c_str());
        std::abort();
    }
    std::vector<prometheus::ClientMetric::Label> wanted;
    for (const auto& [key, value] : labels)
        wanted.push_back({std::string(key), std::string(value)});
    auto& known = (*family)->series;
    auto found = known.find(label_text(wanted));
    if (found == known.end() && series_count_ >= max_series) {
        for (auto& label : wanted)
            label.value = "other";
        found = known.find(label_text(wanted));
    }
    if (found != known.end()) return *found->second;
    ++series_count_;
    auto& made = known[label_text(wanted)] = std::make_unique<Series>();
    made->labels = std::move(wanted);
    return *made;
}

Counter& Metrics::counter(std::string_view name, std::string_view help, MetricLabels labels) {
    const net::MutexLock lock(mutex_);
    Series& made = series(Kind::counter, name, help, labels);
    if (!made.counter) made.counter = std::make_unique<Counter>();
    return *made.counter;
}

Gauge& Metrics::gauge(std::string_view name, std::string_view help, MetricLabels labels) {
    const net::MutexLock lock(mutex_);
    Series& made = series(Kind::gauge, name, help, labels);
    if (!made.gauge) made.gauge = std::make_unique<Gauge>();
    return *made.gauge;
}

Histogram& Metrics::histogram(std::string_view name, std::string_view help,
                              std::span<const double> bounds, MetricLabels labels) {
    const net::MutexLock lock(mutex_);
    Series& made = series(Kind::histogram, name, help, labels);
    if (!made.histogram) made.histogram = std::make_unique<Histogram>(bounds);
    return *made.histogram;
}

void Metrics::sampled(std::string_view name, std::string_view help, std::function<double()> read,
                      bool rising) {
    const net::MutexLock lock(mutex_);
    series(rising ? Kind::sampled_counter : Kind::sampled_gauge, name, help, {}).read =
        std::move(read);
}

std::string Metrics::render() const {
    std::vector<prometheus::MetricFamily> output;
    {
        const net::MutexLock lock(mutex_);
        for (const auto& family : families_) {
            prometheus::MetricFamily& written = output.emplace_back();
            written.name = family->name;
            written.help = family->help;
            const bool rising =
                family->kind == Kind::counter || family->kind == Kind::sampled_counter;
            written.type = family->kind == Kind::histogram ? prometheus::MetricType::Histogram
                           : rising                        ? prometheus::MetricType::Counter
                                                           : prometheus::MetricType::Gauge;
            for (const auto& [text, known] : family->series) {
                prometheus::ClientMetric& value = written.metric.emplace_back();
                value.label = known->labels;
                if (known->counter)
                    value.counter.value = static_cast<double>(known->counter->value());
                if (known->gauge) value.gauge.value = static_cast<double>(known->gauge->value());
                if (known->histogram) value.histogram = collect(*known->histogram);
                if (known->read) (rising ? value.counter.value : value.gauge.value) = known->read();
            }
        }
    }
    return prometheus::TextSerializer().Serialize(output);
}

}  // namespace edge
