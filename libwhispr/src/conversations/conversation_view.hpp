// Rows of storage as the conversations that members see.
#pragma once

#include <vector>

#include "engine/working_set.hpp"
#include "whispr/conversations.hpp"
#include "whispr/ports/storage.hpp"

namespace whispr {

[[nodiscard]] Member to_member(const MemberRow& row);
/// What is the same for all members.
[[nodiscard]] Conversation to_conversation(const ConversationRow& row);
/// With members, and the own state of `caller` where it is known.
[[nodiscard]] Conversation to_conversation(ConversationEntry& entry, UserId caller);
/// For events: with members, without anybody's own state.
[[nodiscard]] std::shared_ptr<const Conversation> shared_conversation(
    const ConversationEntry& entry);
[[nodiscard]] Conversation to_conversation(ListedConversation listed);

}  // namespace whispr
