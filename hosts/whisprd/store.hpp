// The store that the configuration names.
#pragma once

#include <memory>

#include "edge/config.hpp"
#include "whispr/ports/clock.hpp"
#include "whispr/ports/log_sink.hpp"
#include "whispr/ports/storage.hpp"

namespace whisprd {

// Makes the folder of a file when it is missing. Blocks. Errors as the storage's own. `clock`
// becomes the database's where there is one.
[[nodiscard]] whispr::Result<std::shared_ptr<whispr::Storage>> open_store(
    const edge::Config& config, std::shared_ptr<whispr::Clock>& clock,
    std::shared_ptr<whispr::LogSink> log);

// How many threads read when nothing else is said: a file keeps a processor busy, a database lets
// its readers wait.
[[nodiscard]] std::size_t readers_of(const edge::Config& config);

}  // namespace whisprd
