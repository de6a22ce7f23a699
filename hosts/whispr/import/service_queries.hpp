// What is asked of the source, in the order in which it is imported. Conversations come by id, and
// what belongs to one names it in the first column; what belongs to one message names that in the
// second, and comes in the order of the messages.
#pragma once

#include <string>

#include "whispr/ids.hpp"

namespace whispr_cli {

/// Conversations from one id to another, both included.
struct ConversationRange {
    whispr::ConversationId first{};
    whispr::ConversationId last{};
};

[[nodiscard]] std::string conversations_query(const ConversationRange& range);
[[nodiscard]] std::string members_query(const ConversationRange& range);
[[nodiscard]] std::string messages_query(const ConversationRange& range);
/// Replies within their conversation, and the numbers of the messages that they answer.
[[nodiscard]] std::string replies_query(const ConversationRange& range);
[[nodiscard]] std::string receipts_query(const ConversationRange& range);
[[nodiscard]] std::string reactions_query(const ConversationRange& range);
[[nodiscard]] std::string attachments_query(const ConversationRange& range);
[[nodiscard]] std::string pins_query(const ConversationRange& range);
[[nodiscard]] std::string hidden_query(const ConversationRange& range);
[[nodiscard]] std::string drafts_query(const ConversationRange& range);
[[nodiscard]] std::string schedules_query(const ConversationRange& range);
[[nodiscard]] std::string sanctions_query(const ConversationRange& range);

// What belongs to no conversation.

/// The next conversations by id, beyond one or from the beginning: nothing but ids.
[[nodiscard]] std::string next_conversations_query(const whispr::ConversationId* beyond,
                                                   std::size_t limit);
/// The two of each direct conversation, and which of several it is for them.
[[nodiscard]] std::string pairs_query();
[[nodiscard]] std::string reports_query();
[[nodiscard]] std::string sender_keys_query();

/// `alias.conversation_id BETWEEN ...`
[[nodiscard]] std::string in_range(const char* alias, const ConversationRange& range);
/// The order of messages: of several in one second, the first that was stored.
[[nodiscard]] std::string message_order(const char* alias);

}  // namespace whispr_cli
