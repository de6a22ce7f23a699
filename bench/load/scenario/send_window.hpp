// One measured stretch of closed-loop sending: every client keeps the same number of messages under
// way and sends the next one when an acknowledgement comes.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "measure/process_usage.hpp"
#include "server/server.hpp"

namespace load {

/// Who sends to what.
struct SendSubject {
    std::string name;
    Server server;
    std::unique_ptr<Swarm> swarm;
    /// Topics a client sends to in turn, by connection.
    std::vector<std::vector<std::string>> topics;
    /// Whether the server answers with replies; otherwise each frame comes back as it was sent.
    bool replies = false;
};

struct SendLimits {
    unsigned in_flight = 1;
    std::size_t bytes = 200;
    double warm_up_s = 1;
    double seconds = 2;
    /// Number of the first message; the caller goes on counting between windows.
    std::uint64_t first_message = 1;
};

struct SendResult {
    std::uint64_t messages = 0;  ///< acknowledged in the measured part
    std::uint64_t sent = 0;      ///< numbers used up, warm-up included
    std::uint64_t frames_received = 0;
    double seconds = 0;
    CpuUsage cpu;
    std::vector<std::uint32_t> latencies_us;
};

/// Throws Failure with the first refusal, or when acknowledgements stop coming.
[[nodiscard]] SendResult run_send_window(SendSubject& subject, const SendLimits& limits);

}  // namespace load
