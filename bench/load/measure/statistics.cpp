#include "measure/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace load {

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 != 0 ? values[half] : (values[half - 1] + values[half]) / 2;
}

std::uint32_t percentile(std::vector<std::uint32_t>& samples, double percent) {
    if (samples.empty()) return 0;
    const double rank = std::ceil(percent / 100.0 * static_cast<double>(samples.size()));
    const auto at =
        std::min(samples.size(), std::max<std::size_t>(1, static_cast<std::size_t>(rank)));
    const auto nth = samples.begin() + static_cast<std::ptrdiff_t>(at - 1);
    std::nth_element(samples.begin(), nth, samples.end());
    return *nth;
}

}  // namespace load
