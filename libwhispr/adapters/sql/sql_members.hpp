// Members of conversations: what all see, positions, own state, and the newest change of each user.
#pragma once

#include <span>
#include <vector>

#include "batch.hpp"

namespace whispr::sql {

void load_members(Batch& batch, const LoadKeys& keys, Loaded& loaded);
void write_members(Batch& batch, const ChangeSet& changes);
/// Gives a row to those who have none.
void create_users(Batch& batch, const std::vector<UserId>& users);
void write_users(Batch& batch, const ChangeSet& changes);

[[nodiscard]] std::span<const Statement* const> member_statements() noexcept;

}  // namespace whispr::sql
