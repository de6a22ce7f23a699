// Messages and the reactions on them, as lanes load and write them.
#pragma once

#include <span>

#include "batch.hpp"

namespace whispr::sql {

/// Named messages, those sent with the same token or operation, and what lies beyond positions.
void load_messages(Batch& batch, const LoadKeys& keys, Loaded& loaded);
void write_messages(Batch& batch, const ChangeSet& changes);

void load_reactions(Batch& batch, const LoadKeys& keys, Loaded& loaded);
void write_reactions(Batch& batch, const ChangeSet& changes);

[[nodiscard]] std::span<const Statement* const> message_statements() noexcept;
[[nodiscard]] std::span<const Statement* const> reaction_statements() noexcept;

}  // namespace whispr::sql
