// Storage in the process's own memory, for tests and programs that need no history after they end.
#pragma once

#include <memory>

#include "whispr/ports/clock.hpp"
#include "whispr/ports/storage.hpp"

namespace whispr {

/// An empty store. It takes the time of batches from `clock`.
[[nodiscard]] std::shared_ptr<Storage> make_memory_storage(std::shared_ptr<Clock> clock);

}  // namespace whispr
