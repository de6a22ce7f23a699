// Who asks. The host authenticates; the engine only ever sees the outcome.
#pragma once

#include <string>

#include "whispr/ids.hpp"

namespace whispr {

struct Caller {
    UserId user{};
    /// The device or installation that asks, as the token names it; empty when unknown.
    std::string device{};
    /// May see reports and issue sanctions. The host finds out.
    bool moderator = false;
};

}  // namespace whispr
