// Conversations: finding and locking those of a batch, and writing them.
#pragma once

#include <span>

#include "batch.hpp"

namespace whispr::sql {

/// Finds what the keys name, locks it in id order and fills what was locked. Settles.
[[nodiscard]] Result<void> lock_conversations(Batch& batch, const LockKeys& keys, Locked& locked);
/// New conversations and their pairs; the batch holds them from then on. Settles when there are
/// any.
[[nodiscard]] Result<void> create_conversations(Batch& batch, const ChangeSet& changes);
void update_conversations(Batch& batch, const ChangeSet& changes);

[[nodiscard]] std::span<const Statement* const> conversation_statements() noexcept;

}  // namespace whispr::sql
