// One measured stretch of fan-out: messages are published with a fixed number in flight, a message
// counts as done when every receiver has every copy of it.
#pragma once

#include <cstdint>
#include <vector>

#include "measure/process_usage.hpp"
#include "scenario/fanout_subject.hpp"

namespace load {

struct FanoutLimits {
    unsigned in_flight = 1;
    /// Publish the next messages only when all in flight are done: a scripted burst.
    bool in_bursts = false;
    double seconds = 2;
    std::uint64_t max_messages = UINT64_MAX;
    /// Number of the first message; the caller goes on counting between windows.
    std::uint64_t first_message = 0;
};

struct FanoutResult {
    std::uint64_t messages = 0;
    std::uint64_t deliveries = 0;
    std::uint64_t bytes = 0;
    double seconds = 0;
    CpuUsage cpu;
    std::vector<CpuUsage> beside;  ///< part of it: of the subject's other processes

    [[nodiscard]] double per_delivery(double amount) const {
        return deliveries == 0 ? 0 : amount / static_cast<double>(deliveries);
    }
};

/// Throws Failure if deliveries stop coming, naming what is missing, or if a message is refused.
[[nodiscard]] FanoutResult run_fanout_window(const FanoutSubject& subject,
                                             const FanoutLimits& limits);

}  // namespace load
