// Numbers about the running process in Prometheus' text format. Metrics are registered at start-up
// and live as long as the registry; changing one is one or two relaxed atomic operations, from any
// thread, without a lock.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/mutex.hpp"

namespace edge {

// Only ever rises.
class Counter {
 public:
    void add(std::uint64_t amount = 1) noexcept {
        value_.fetch_add(amount, std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t value() const noexcept {
        return value_.load(std::memory_order_relaxed);
    }

 private:
    // A cache line of its own, so that two hot counters do not slow each other down.
    alignas(64) std::atomic<std::uint64_t> value_{0};
};

// Rises and falls.
class Gauge {
 public:
    void set(std::int64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
    void add(std::int64_t amount) noexcept { value_.fetch_add(amount, std::memory_order_relaxed); }
    [[nodiscard]] std::int64_t value() const noexcept {
        return value_.load(std::memory_order_relaxed);
    }

 private:
    alignas(64) std::atomic<std::int64_t> value_{0};
};

// Counts observations by size.
class Histogram {
 public:
    // Requires: bounds rise strictly and are finite.
    explicit Histogram(std::span<const double> bounds);

    void observe(double value) noexcept;

    struct Values {
        std::vector<std::uint64_t> cumulative;  // one per bound
        std::uint64_t count = 0;
        double sum = 0;
    };
    [[nodiscard]] std::span<const double> bounds() const { return bounds_; }
    // Observations made meanwhile may be missing; count and buckets agree with each other.
    [[nodiscard]] Values values() const;

 private:
    std::vector<double> bounds_;
    std::unique_ptr<std::atomic<std::uint64_t>[]>
        buckets_;  // one more than bounds: everything above
    std::atomic<double> sum_{0};
};

// Bounds for durations in seconds, 100 µs to 10 s.
[[nodiscard]] std::span<const double> duration_bounds();
// Bounds for counts and sizes, powers of two from 1 to 1,024.
[[nodiscard]] std::span<const double> size_bounds();

// Label names are literals of ours; values may be anything and are escaped.
using MetricLabels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

class Metrics {
 public:
    Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;
    ~Metrics();

    // Each returns the metric of this name and these labels, made at the first call; it lives as
    // long as the registry. Registering takes a lock: keep the reference. One name has one kind and
    // one help text. Few labels with few values: beyond 10,000 series a name's further labels share
    // one series with the label value "other". Requires: name is made of [a-zA-Z_:][a-zA-Z0-9_:]*
    // and was not registered as another kind.
    Counter& counter(std::string_view name, std::string_view help, MetricLabels labels = {});
    Gauge& gauge(std::string_view name, std::string_view help, MetricLabels labels = {});
    Histogram& histogram(std::string_view name, std::string_view help,
                         std::span<const double> bounds, MetricLabels labels = {});

    // A value that is asked for when the metrics are read. `read` is called on the reading thread,
    // must not block and must stay callable as long as the registry lives. `rising` says that it is
    // a counter.
    void sampled(std::string_view name, std::string_view help, std::function<double()> read,
                 bool rising = false);

    // Everything in text format 0.0.4, in order of names. Any thread.
    [[nodiscard]] std::string render() const;

    static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

 private:
    struct Family;
    struct Series;
    enum class Kind : std::uint8_t;
    Series& series(Kind kind, std::string_view name, std::string_view help, MetricLabels labels)
        NET_THREAD_ANNOTATION(requires_capability(mutex_));

    mutable net::Mutex mutex_;
    std::vector<std::unique_ptr<Family>> families_ NET_GUARDED_BY(mutex_);
    std::size_t series_count_ NET_GUARDED_BY(mutex_) = 0;
};

// Registers what the system knows about this process (resident memory, CPU seconds, open and
// allowed descriptors, threads, start time) and whispr_build_info{version}.
void register_process_metrics(Metrics& metrics, std::string_view version);

}  // namespace edge
