// Drafts: the unsent text of one user in one conversation, kept for that user's other devices.
#pragma once

#include <string>

#include "whispr/caller.hpp"
#include "whispr/completion.hpp"
#include "whispr/ids.hpp"
#include "whispr/time.hpp"

namespace whispr {

class Core;

struct Draft {
    DraftId id{};  ///< kept when the draft is saved again
    ConversationId conversation{};
    UserId user{};
    std::string content{};
    std::string metadata = "{}";
    Time created_at{};
    Time updated_at{};
    Useq useq = 0;  ///< the user's change that saved it
};

struct SaveDraft {
    ConversationId conversation{};
    std::string content{};  ///< 1 to Limits::content_bytes bytes
    std::string metadata = "{}";
};

/// All members: any thread; answer as in Messages. Common failures: conversation_not_found,
/// not_a_member, overloaded, unavailable, closed, internal.
class Drafts {
 public:
    explicit Drafts(Core& core) : core_(core) {}

    /// Replaces the caller's draft in the conversation. Fails with invalid (content, metadata).
    void save(const Caller& caller, SaveDraft command, Completion<Draft> done);
    /// Fails with not_found.
    void show(const Caller& caller, ConversationId conversation, Completion<Draft> done);
    /// Fails with not_found (also for a draft of somebody else).
    void remove(const Caller& caller, DraftId draft, Completion<Done> done);

 private:
    Core& core_;
};

}  // namespace whispr
