// Time as the engine stores and tells it: UTC with microsecond precision.
#pragma once

#include <chrono>

namespace whispr {

/// A moment in UTC, in microseconds since 1970.
using Time = std::chrono::sys_time<std::chrono::microseconds>;

}  // namespace whispr
