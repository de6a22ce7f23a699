#include "meter/rounds.hpp"

#include <algorithm>
#include <cstdlib>

namespace bench {

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

long setting(const char* name, long otherwise) {
    const char* const text = std::getenv(name);
    if (text == nullptr) return otherwise;
    const long value = std::strtol(text, nullptr, 10);
    return value > 0 ? value : otherwise;
}

long round_count() {
    return setting("WHISPR_BENCH_ROUNDS", 5);
}

double Rounds::middle(const std::string& figure) const {
    const auto at = figures_.find(figure);
    return at == figures_.end() ? 0 : median(at->second);
}

void Rounds::report(benchmark::State& state) const {
    for (const auto& [figure, values] : figures_) {
        state.counters[figure] = median(values);
    }
}

}  // namespace bench
