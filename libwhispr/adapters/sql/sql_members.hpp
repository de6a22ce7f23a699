// Members of conversations: what all see, positions, own state, and the newest change of each user.
#pragma once

#include <span>

#include "batch.hpp"

namespace whispr::sql {

[[nodiscard]] Result<void> load_members(Batch& batch, const LoadKeys& keys, Loaded& loaded);
[[nodiscard]] Result<void> write_members(Batch& batch, const ChangeSet& changes);
[[nodiscard]] Result<void> write_users(Batch& batch, const ChangeSet& changes);

[[nodiscard]] std::span<const Statement* const> member_statements() noexcept;

}  // namespace whispr::sql
