// Which keys a user may sign with, and how a key becomes known.
#pragma once

#include <optional>
#include <string_view>

#include "engine/working_set.hpp"
#include "whispr/caller.hpp"

namespace whispr {

/// The user's key among those that the batch knows, or null.
[[nodiscard]] SenderKeyRow* find_key(WorkingSet& set, UserId user, std::string_view public_key);

/// Nothing, or why a message is refused although it verifies with the key: the key was revoked, or
/// it is new and the user has as many as there may be.
[[nodiscard]] std::optional<Error> refuse_key(WorkingSet& set, UserId user,
                                              std::string_view public_key);

/// Makes the key known, unless it is. Requires: refuse_key gave nothing.
void remember_key(WorkingSet& set, const Caller& caller, std::string_view public_key);

}  // namespace whispr
