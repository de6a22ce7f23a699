// Reactions: a set keyed by (message, user, reaction).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "whispr/caller.hpp"
#include "whispr/completion.hpp"
#include "whispr/ids.hpp"
#include "whispr/messages.hpp"

namespace whispr {

class Core;

struct React {
    MessageId message{};
    std::optional<ConversationId> conversation{};  ///< as in EditMessage
    std::string reaction{};
};

/// All members: any thread; answer as in Messages. Common failures: message_not_found,
/// not_a_member, invalid.
class Reactions {
 public:
    explicit Reactions(Core& core) : core_(core) {}

    /// Fails with invalid (reaction), already_exists (message_id), limit_reached.
    void add(const Caller& caller, React command, Completion<Reaction> done);
    /// Fails with reaction_not_found.
    void remove(const Caller& caller, React command, Completion<Done> done);
    /// Oldest first.
    void list(const Caller& caller, MessageId message, Completion<std::vector<Reaction>> done);

 private:
    Core& core_;
};

}  // namespace whispr
