// Search: messages and conversations by words. Words are compared without case and accents and
// match from their beginning; in scripts without spaces any two characters in a row match. What is
// encrypted end to end is never indexed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "whispr/caller.hpp"
#include "whispr/completion.hpp"
#include "whispr/conversations.hpp"
#include "whispr/ids.hpp"
#include "whispr/messages.hpp"
#include "whispr/time.hpp"

namespace whispr {

class Core;

struct SearchMessages {
    std::string query{};  ///< up to limits::search_bytes; all of its words must be there
    std::optional<ConversationId> conversation{};  ///< in this one alone
    std::optional<Time> before{};                  ///< sent before this
    std::size_t limit = 50;                        ///< 1 to limits::page_rows
    std::size_t offset = 0;                        ///< up to limits::search_offset
};

struct SearchConversations {
    std::string query{};     ///< a part of a group's name, or the id of another member
    std::size_t limit = 20;  ///< 1 to limits::page_rows
};

struct MessagesFound {
    std::vector<Message> messages{};  ///< newest first
    bool has_more = false;
};

/// All members: any thread; answer as in Messages. Common failures: conversation_not_found,
/// not_a_member, invalid (query), overloaded, unavailable, closed, internal.
class Search {
 public:
    explicit Search(Core& core) : core_(core) {}

    /// In content and metadata of messages that the caller may see, in conversations where the
    /// caller is an active member. Everything that was answered before this call is found. A query
    /// without words finds nothing.
    void messages(const Caller& caller, SearchMessages request, Completion<MessagesFound> done);
    /// Active conversations of the caller, latest change first, without unread and last message.
    void conversations(const Caller& caller, SearchConversations request,
                       Completion<std::vector<Conversation>> done);

 private:
    Core& core_;
};

}  // namespace whispr
