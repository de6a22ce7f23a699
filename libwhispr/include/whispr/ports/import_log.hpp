// What a store knows of an import into it: which source its rows come from, and whether all of them
// are there. The rows themselves are written through a LaneStorage like any others.
#pragma once

#include <optional>
#include <string>

#include "whispr/result.hpp"
#include "whispr/time.hpp"

namespace whispr {

struct ImportRecord {
    std::string source{};
    Time begun_at{};
    std::optional<Time> finished_at{};
};

/// Any thread. All calls block. Failures of every method: unavailable, internal, as of storage.
class ImportLog {
 public:
    virtual ~ImportLog() = default;

    /// Nothing: no import was ever begun here.
    [[nodiscard]] virtual Result<std::optional<ImportRecord>> record() = 0;
    /// Marks a store that holds nothing yet. Fails with already_exists when it holds something.
    [[nodiscard]] virtual Result<void> begin(const std::string& source) = 0;
    /// Everything of the source is there. Requires: begun.
    [[nodiscard]] virtual Result<void> finish() = 0;
};

}  // namespace whispr
