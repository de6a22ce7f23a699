// Catching up: which of a user's conversations changed since a device last asked. What changed in
// one of them is asked of Messages::changes. The price grows with the number of conversations,
// never with what happened in them.
#pragma once

#include <string>
#include <vector>

#include "whispr/caller.hpp"
#include "whispr/completion.hpp"
#include "whispr/ids.hpp"

namespace whispr {

class Core;

struct ChangedConversation {
    ConversationId conversation{};
    bool active = true;  ///< false: it was closed, or the caller is no member any more
    Eseq eseq = 0;       ///< the newest change; of a caller who left: the one by which he did
    Mseq mseq = 0;       ///< the newest message; 0 for a caller who left
    Useq useq = 0;       ///< the caller's newest own change in it
};

struct ChangedConversations {
    std::vector<ChangedConversation> conversations{};  ///< the latest activity first
    /// Of the caller: newer than what the device holds means that drafts, schedules and own
    /// settings changed on another device.
    Useq useq = 0;
    std::string cursor{};  ///< for the next call; opaque, at most 256 letters, digits, '-' and '_'
    bool complete = true;  ///< false: there are more; the next call goes on
    Uuid epoch{};
    /// The cursor is of another history of the store, or ahead of it: the list is of all
    /// conversations, and what the device holds of each is to be compared with it, not added to.
    bool reconcile = false;
};

/// Any thread; answers as in Messages. Failures: invalid (cursor), overloaded, unavailable, closed,
/// internal.
class Sync {
 public:
    explicit Sync(Core& core) : core_(core) {}

    /// The caller's conversations that changed since `cursor`, at most `limit` (1 to
    /// limits::page_rows, else the nearest of these); all of them when it is empty. A conversation
    /// may be listed again without a change, and is never left out: (conversation, eseq, useq)
    /// tells.
    void changed_conversations(const Caller& caller, std::string cursor, std::size_t limit,
                               Completion<ChangedConversations> done);

 private:
    Core& core_;
};

}  // namespace whispr
