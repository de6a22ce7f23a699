// What a group lets its members do, as its admins have set it in the metadata's "group_settings".
// Keys and values are those that clients write; all other keys there are only kept.
#pragma once

#include <optional>
#include <string_view>

#include "engine/working_set.hpp"
#include "whispr/conversations.hpp"
#include "whispr/messages.hpp"

namespace whispr {

/// Nothing, or why the member may not send a message of that kind. Media are messages, too: they
/// need both permissions.
[[nodiscard]] std::optional<Error> refuse_by_policy(const ConversationEntry& conversation,
                                                    const MemberRow& sender, MessageType type);

/// May bring somebody into the group: admins, unless the policy says otherwise.
[[nodiscard]] bool may_add_members(const ConversationEntry& conversation, const MemberRow& member);

/// Whether the policy is the same in both. Requires: both normalised.
[[nodiscard]] bool same_policy(std::string_view before, std::string_view after);

/// Nothing, or what is wrong with the policy in a group's metadata: a permission that no one would
/// enforce must not look like one. Requires: normalised.
[[nodiscard]] std::optional<FieldError> refuse_policy(std::string_view metadata);

}  // namespace whispr
