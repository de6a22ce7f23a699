// Commands that name a message alone: where is it, and may the caller know of it? Asked on a reader
// before the lane, because a lane must know the conversation; what may change meanwhile is decided
// again in the lane.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/core.hpp"
#include "whispr/ports/storage.hpp"

namespace whispr {

struct LocatedMessage {
    Access access;
    PageRows rows;  ///< the message alone in `messages`
};

/// Whether a message that the caller has hidden is found all the same.
enum class Hidden : std::uint8_t { is_not_there, is_there };

/// The message with its surroundings; nothing when the caller may not know of it.
[[nodiscard]] Result<std::optional<LocatedMessage>> look_at_message(
    ReadStorage& storage, UserId caller, const std::pair<ConversationId, Mseq>& place, Time now,
    Hidden hidden = Hidden::is_not_there);

/// The same by the message's id. What the caller may not know of is message_not_found,
/// whatever the reason: not there, not a member, hidden for the caller, expired, or in another
/// conversation than `expected`.
[[nodiscard]] Result<LocatedMessage> locate_message(ReadStorage& storage, UserId caller,
                                                    MessageId id,
                                                    const std::optional<ConversationId>& expected,
                                                    Time now, Hidden hidden = Hidden::is_not_there);

/// The same without the message's own row: its conversation and number.
[[nodiscard]] Result<std::optional<std::pair<ConversationId, Mseq>>> find_message(
    ReadStorage& storage, MessageId id);

}  // namespace whispr
