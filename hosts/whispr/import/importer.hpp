// The whole import: conversations by id, then what belongs to none of them. What is in the target
// already is found there by its id and left alone, so an import that was killed at any moment goes
// on where it stopped.
#pragma once

#include <functional>

#include "import/conversation_import.hpp"

namespace whispr_cli {

class Importer {
 public:
    /// `told` is called after each transaction with messages.
    Importer(Source& source, whispr::LaneStorage& lane, BatchSize size,
             std::function<void(const ImportCounts&)> told)
        : source_(source), writer_(source, lane, size), told_(std::move(told)) {}

    /// Fails as storage does, with unavailable when the source is lost, or with stale when it has
    /// changed. What was committed stays.
    [[nodiscard]] whispr::Result<void> run();
    [[nodiscard]] const ImportCounts& counts() const noexcept { return counts_; }

 private:
    whispr::Result<void> conversations();
    whispr::Result<void> pairs();
    whispr::Result<void> reports();
    whispr::Result<void> sender_keys();

    Source& source_;
    ChangeWriter writer_;
    ImportCounts counts_;
    const std::function<void(const ImportCounts&)> told_;
};

}  // namespace whispr_cli
