#include "whispr/presence.hpp"

#include "engine/core.hpp"

namespace whispr {

PresenceState Presence::join(ConversationId conversation, const PresenceEntry& entry) {
    return core_.sessions().join(conversation, entry);
}

void Presence::leave(ConversationId conversation, UserId user, std::uint64_t session) {
    core_.sessions().leave(conversation, user, session);
}

void Presence::typing(ConversationId conversation, UserId user, bool typing) {
    core_.sessions().typing(conversation, user, typing);
}

}  // namespace whispr
