// What this process has used, as the kernel counts it: the yardstick that other programs on the
// machine disturb least.
#pragma once

#include <chrono>

namespace bench {

/// Processor time of all threads of this process so far, user and system.
[[nodiscard]] std::chrono::nanoseconds process_cpu() noexcept;

/// Wall and processor time since it was made.
class Stopwatch {
 public:
    Stopwatch() noexcept : wall_(std::chrono::steady_clock::now()), cpu_(process_cpu()) {}
    [[nodiscard]] std::chrono::nanoseconds wall() const noexcept {
        return std::chrono::steady_clock::now() - wall_;
    }
    [[nodiscard]] std::chrono::nanoseconds cpu() const noexcept { return process_cpu() - cpu_; }

 private:
    std::chrono::steady_clock::time_point wall_;
    std::chrono::nanoseconds cpu_;
};

}  // namespace bench
