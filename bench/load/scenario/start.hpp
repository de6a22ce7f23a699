// From exec to the first answered request, and what the idle process then holds.
#pragma once

#include "measure/report.hpp"
#include "server/setup.hpp"

namespace load {

void run_start(const Setup& setup, Report& report);

}  // namespace load
