// Message pins: messages that a conversation's members keep at the top of it, seen by all of them.
// (A conversation at the top of a user's own list is a list pin: Conversations::set_pinned.)
#pragma once

#include <vector>

#include "whispr/caller.hpp"
#include "whispr/completion.hpp"
#include "whispr/ids.hpp"
#include "whispr/messages.hpp"
#include "whispr/time.hpp"

namespace whispr {

class Core;

struct Pin {
    PinId id{};
    MessageId message{};
    ConversationId conversation{};
    UserId pinned_by{};
    Time pinned_at{};
};

struct PinnedMessage {
    Pin pin{};
    Message message{};
};

/// All members: any thread; answer as in Messages. Common failures: message_not_found,
/// conversation_not_found, not_a_member, overloaded, unavailable, closed, internal.
class Pins {
 public:
    explicit Pins(Core& core) : core_(core) {}

    /// Any member may pin any message but system messages. Fails with already_exists (message_id),
    /// limit_reached, invalid (a system message).
    void add(const Caller& caller, MessageId message, Completion<Pin> done);
    /// Any member may unpin. Fails with not_found (it is not pinned).
    void remove(const Caller& caller, MessageId message, Completion<Done> done);
    /// Newest pin first; without messages that the caller may not see.
    void list(const Caller& caller, ConversationId conversation,
              Completion<std::vector<PinnedMessage>> done);

 private:
    Core& core_;
};

}  // namespace whispr
