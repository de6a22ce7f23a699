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
struct SearchChanges {
    std::vector<MessageWords> words{};                       ///< replaced
    std::vector<std::pair<ConversationId, Eseq>> cursors{};  ///< set
};

/// A conversation whose index is behind.
struct UnindexedConversation {
    ConversationId conversation{};
    std::int64_t no = 0;
    Eseq indexed = 0;  ///< up to here
    Eseq eseq = 0;     ///< the newest change
};

struct SearchQuery {
    UserId reader{};
    Time now{};
    std::vector<std::string> words{};  ///< all of them, each from its beginning; not empty
    std::optional<std::int64_t> no{};  ///< in this conversation alone
    std::size_t limit = 50;
    std::size_t offset = 0;
};

class SearchReader {
 public:
    virtual ~SearchReader() = default;

    [[nodiscard]] virtual Result<std::vector<UnindexedConversation>> unindexed(
        std::size_t limit) = 0;
    /// Messages that `reader` may see in conversations where he is active, newest first.
    [[nodiscard]] virtual Result<std::vector<MessageKey>> search(const SearchQuery& query) = 0;
    /// Active groups of the user whose name contains `part`, and conversations with the active
    /// member `other`; latest change first.
    [[nodiscard]] virtual Result<std::vector<ConversationId>> conversations_named(
        UserId user, const std::string& part, std::optional<UserId> other, std::size_t limit) = 0;
};

}  // namespace whispr
