// A join storm: all members of one conversation join it at the same moment.
#pragma once

#include "measure/report.hpp"
#include "server/setup.hpp"

namespace load {

struct JoinOptions {
    std::size_t members = 1000;
};

void run_join(const Setup& setup, const JoinOptions& options, Report& report);

}  // namespace load
