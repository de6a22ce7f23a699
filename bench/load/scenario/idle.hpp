// Idle connections: process memory per connection as the slope between two sizes, kernel memory
// apart, and the CPU of connecting step by step.
#pragma once

#include "measure/report.hpp"
#include "server/setup.hpp"

namespace load {

struct IdleOptions {
    std::size_t few = 2000;
    std::size_t many = 15000;
};

void run_idle(const Setup& setup, const IdleOptions& options, Report& report);

}  // namespace load
