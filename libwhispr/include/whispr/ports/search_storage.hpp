// The index of words. It follows the conversations' changes: each conversation has a cursor, the
// change up to which its messages are indexed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "whispr/ids.hpp"
#include "whispr/ports/rows.hpp"
#include "whispr/result.hpp"
#include "whispr/time.hpp"

namespace whispr {

/// The words of one message, separated by blanks; none: it is not found any more.
struct MessageWords {
    ConversationId conversation{};
    Mseq mseq = 0;
    std::string words{};
};
/// How far a conversation is indexed: its messages up to `mseq`, as they were at the change `eseq`
/// or later. Behind, while either is less than the conversation's own.
struct SearchCursor {
    ConversationId conversation{};
    Eseq eseq = 0;
    Mseq mseq = 0;

    friend bool operator==(const SearchCursor&, const SearchCursor&) = default;
};
struct SearchChanges {
    std::vector<MessageWords> words{};    ///< replaced
    std::vector<SearchCursor> cursors{};  ///< set
};

/// A conversation whose index is behind.
struct UnindexedConversation {
    std::int64_t no = 0;
    SearchCursor newest{};  ///< where the conversation is
};
/// What the index of one conversation lacks, of one committed state.
struct UnindexedMessages {
    SearchCursor indexed{};  ///< as far as the index is
    SearchCursor newest{};   ///< where the conversation is
    /// Messages up to indexed.mseq that changed after indexed.eseq, in the order of their changes,
    /// deleted and expired ones too.
    std::vector<MessageRow> changed{};
    /// Messages beyond indexed.mseq in their order; as many as `changed` leaves of the limit.
    std::vector<MessageRow> created{};
};

struct SearchQuery {
    UserId reader{};
    Time now{};
    std::vector<std::string> words{};  ///< all of them, each from its beginning; not empty
    std::optional<std::int64_t> no{};  ///< in this conversation alone
    std::optional<Time> before{};      ///< by sent_at, exclusive
    std::size_t limit = 50;
    std::size_t offset = 0;
};

/// Active conversations in which the user is active.
struct FindConversations {
    UserId user{};
    std::optional<UserId> with{};  ///< of any type with this other active member; nothing: groups
    std::size_t limit = 50;
    std::size_t offset = 0;
};

class SearchReader {
 public:
    virtual ~SearchReader() = default;

    /// By number, beyond the number `after`.
    [[nodiscard]] virtual Result<std::vector<UnindexedConversation>> unindexed(
        std::int64_t after, std::size_t limit) = 0;
    /// Those of them that a search of this user looks into.
    [[nodiscard]] virtual Result<std::vector<UnindexedConversation>> unindexed_of(
        UserId reader, std::optional<std::int64_t> no) = 0;
    /// Nothing at all when there is no such conversation.
    [[nodiscard]] virtual Result<UnindexedMessages> unindexed_messages(ConversationId conversation,
                                                                       std::size_t limit) = 0;
    /// Messages that `reader` may see in active conversations where he is active, newest first.
    [[nodiscard]] virtual Result<std::vector<MessageKey>> search(const SearchQuery& query) = 0;
    /// Latest change first.
    [[nodiscard]] virtual Result<std::vector<ConversationRow>> find(
        const FindConversations& query) = 0;
};

}  // namespace whispr
