// Fan-out: one publisher, many subscribers; server CPU and system calls per delivery, beside the
// floor and Redis.
#pragma once

#include "measure/report.hpp"
#include "scenario/fanout_subject.hpp"

namespace load {

void run_fanout(const Setup& setup, const FanoutOptions& options, Report& report);

}  // namespace load
