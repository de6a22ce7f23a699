// The parts of a search that read.
#pragma once

#include "whispr/ports/storage.hpp"
#include "whispr/search.hpp"

namespace whispr {

/// The messages that storage finds, as the reader sees them.
[[nodiscard]] Result<MessagesFound> find_messages(ReadStorage& storage, SearchQuery query);

/// Conversations by name or member, without unread and last message.
[[nodiscard]] Result<std::vector<Conversation>> find_conversations(
    ReadStorage& storage, UserId user, const SearchConversations& request);

}  // namespace whispr
