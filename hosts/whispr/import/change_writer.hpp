// Collects what is imported and writes it to the target, a transaction at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "import/source.hpp"
#include "whispr/ports/storage.hpp"

namespace whispr_cli {

/// How much one transaction holds.
struct BatchSize {
    std::size_t messages = 2'000;
    std::size_t bytes = 8 * 1024 * 1024;
};

/// One thread at a time. Nothing is written once the source has failed: what it said last may not
/// have been everything.
class ChangeWriter {
 public:
    ChangeWriter(const Source& source, whispr::LaneStorage& lane, BatchSize size)
        : source_(source), lane_(lane), size_(size) {}

    [[nodiscard]] whispr::ChangeSet& changes() noexcept { return changes_; }
    /// Counts towards the size of the transaction.
    void add(whispr::MessageRow message);
    [[nodiscard]] bool full() const noexcept;

    /// Those that are there.
    [[nodiscard]] whispr::Result<std::vector<whispr::ConversationRow>> stored(
        std::vector<whispr::ConversationId> ids);
    /// Writes what was collected, and forgets it.
    [[nodiscard]] whispr::Result<void> flush();
    /// The same for what belongs to no conversation's own rows: locks those that `keys` names, and
    /// calls `choose` with what is there already, to add what is not.
    template <class Choose>
    [[nodiscard]] whispr::Result<void> flush(const whispr::LockKeys& keys,
                                             const whispr::LoadKeys& load, Choose choose) {
        if (source_.failure()) return *source_.failure();
        const auto locked = lane_.begin(keys);
        if (!locked) return locked.error();
        const auto loaded = lane_.load(load);
        if (!loaded) return loaded.error();
        choose(*locked, *loaded, changes_);
        return write();
    }

 private:
    whispr::Result<void> write();

    const Source& source_;
    whispr::LaneStorage& lane_;
    const BatchSize size_;
    whispr::ChangeSet changes_;
    std::size_t bytes_ = 0;
};

}  // namespace whispr_cli
