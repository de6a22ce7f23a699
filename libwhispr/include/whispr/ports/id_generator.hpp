// New identifiers.
#pragma once

#include "whispr/ids.hpp"
#include "whispr/time.hpp"

namespace whispr {

class IdGenerator {
 public:
    virtual ~IdGenerator() = default;

    /// A UUID never given before: version 7 for the given moment, or anything else unique. Any
    /// thread.
    [[nodiscard]] virtual Uuid next(Time now) noexcept = 0;
};

}  // namespace whispr
