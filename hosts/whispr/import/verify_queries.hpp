// What the source would answer, as lines of text that its own SQL makes: nothing of the code that
// imports is used. In front of the line stand the conversation and up to two ids, with which the
// target is asked for its line.
#pragma once

#include <string>

#include "import/service_queries.hpp"
#include "whispr/time.hpp"

namespace whispr_cli::answers {

/// id, line
[[nodiscard]] std::string conversations(const ConversationRange& range);
/// conversation, user, line
[[nodiscard]] std::string members(const ConversationRange& range, whispr::Time now);
/// conversation, message, line
[[nodiscard]] std::string messages(const ConversationRange& range);
/// conversation, message, line; in the messages' order
[[nodiscard]] std::string reactions(const ConversationRange& range);
[[nodiscard]] std::string attachments(const ConversationRange& range);
/// conversation, message, user, line
[[nodiscard]] std::string hidden(const ConversationRange& range);
/// conversation, line
[[nodiscard]] std::string pins(const ConversationRange& range);
[[nodiscard]] std::string sanctions(const ConversationRange& range, whispr::Time now);
/// conversation, user, line
[[nodiscard]] std::string drafts(const ConversationRange& range);
/// conversation, sender, status, line
[[nodiscard]] std::string schedules(const ConversationRange& range);

/// id, line
[[nodiscard]] std::string reports();
/// user, line
[[nodiscard]] std::string sender_keys();

}  // namespace whispr_cli::answers
