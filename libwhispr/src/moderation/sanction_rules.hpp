// What sanctions are in force, and what follows for a member: pure functions.
#pragma once

#include <optional>
#include <vector>

#include "engine/working_set.hpp"
#include "whispr/moderation.hpp"

namespace whispr {

[[nodiscard]] Sanction to_sanction(const SanctionRow& row, ConversationId conversation, Time now);

/// Neither lifted nor over.
[[nodiscard]] bool in_force(const SanctionRow& row, Time now) noexcept;

/// Until when the member's sanctions of that type, as they are in the working set, hold:
/// Time::max() for ever, nothing when there are none.
[[nodiscard]] std::optional<Time> held_until(const WorkingSet& set, const MemberKey& member,
                                             SanctionType type);

/// Brings the member's row in line with the sanctions of that type that are in force. Gives the
/// change number, a new one in any case. Requires: the member's sanctions are loaded.
Eseq settle_member(WorkingSet& set, ConversationEntry& conversation, UserId user,
                   SanctionType type);

}  // namespace whispr
