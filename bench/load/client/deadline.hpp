// Monotonic time: durations of windows, and the points at which a wait gives up.
#pragma once

#include <chrono>

namespace load {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

[[nodiscard]] inline Clock::time_point after(Clock::duration wait) {
    return Clock::now() + wait;
}

[[nodiscard]] inline double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

[[nodiscard]] inline Clock::duration from_seconds(double seconds) {
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

}  // namespace load
