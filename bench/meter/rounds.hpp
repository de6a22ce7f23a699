// Figures of one benchmark over its rounds, told as medians, because one disturbed round must not
// change a table.
#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <vector>

namespace bench {

[[nodiscard]] double median(std::vector<double> values);

/// A setting from the environment, or what it is without one.
[[nodiscard]] long setting(const char* name, long otherwise);
/// How often a benchmark repeats its interleaved round: WHISPR_BENCH_ROUNDS, else 5.
[[nodiscard]] long round_count();

class Rounds {
 public:
    void add(const std::string& figure, double value) { figures_[figure].push_back(value); }
    [[nodiscard]] double middle(const std::string& figure) const;
    /// Every figure's median becomes a counter of the benchmark.
    void report(benchmark::State& state) const;

 private:
    std::map<std::string, std::vector<double>> figures_;
};

}  // namespace bench
