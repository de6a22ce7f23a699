// Send to acknowledgement: many clients in a closed loop, messages stored before they are
// acknowledged.
#pragma once

#include "measure/report.hpp"
#include "server/setup.hpp"

namespace load {

struct SendOptions {
    std::size_t clients = 100;
    std::size_t conversations = 25;
    unsigned in_flight = 1;   ///< sends under way per client
    std::size_t bytes = 200;  ///< content of a message
    double warm_up_s = 1;
};

void run_send(const Setup& setup, const SendOptions& options, Report& report);

}  // namespace load
