// The time of day, where the database does not give it.
#pragma once

#include "whispr/time.hpp"

namespace whispr {

class Clock {
 public:
    virtual ~Clock() = default;

    /// Any thread. May jump backwards; the engine keeps order by itself.
    [[nodiscard]] virtual Time now() noexcept = 0;
};

}  // namespace whispr
