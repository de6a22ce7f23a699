// Message pins within a batch. Whoever uses these has named the conversation in LoadKeys::pins.
#pragma once

#include <cstddef>

#include "engine/working_set.hpp"
#include "whispr/pins.hpp"

namespace whispr {

[[nodiscard]] bool is_pinned(const WorkingSet& set, const MessageKey& message) noexcept;
[[nodiscard]] std::size_t count_pins(const WorkingSet& set, std::int64_t no) noexcept;

/// Takes the message's pin away, as a change of the message that the user has made. False: it has
/// none.
bool unpin(WorkingSet& set, ConversationEntry& conversation, MessageEntry& message, UserId user);

}  // namespace whispr
