// Medians and percentiles of small samples.
#pragma once

#include <cstdint>
#include <vector>

namespace load {

/// The middle value, the mean of the two middle ones for an even count, 0 for none.
[[nodiscard]] double median(std::vector<double> values);

/// The smallest value that at least `percent` per cent of the samples do not exceed (nearest rank);
/// 0 for none. Requires: 0 < percent <= 100. Reorders `samples`.
[[nodiscard]] std::uint32_t percentile(std::vector<std::uint32_t>& samples, double percent);

}  // namespace load
