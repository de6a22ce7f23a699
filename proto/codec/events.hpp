// What the engine tells, as clients are told it.
#pragma once

#include "whispr/events.hpp"
#include "whispr/sync.hpp"
#include "whispr/v1/events.pb.h"
#include "whispr/v1/presence.pb.h"
#include "whispr/v1/sync.pb.h"

namespace whispr::codec {

/// False, and nothing is written, for what is told to nobody's devices. `out` is empty. Any thread.
[[nodiscard]] bool encode(const Event& event, v1::Event& out);

/// Whether the user's devices may be told: the active members, who was just removed, and for what
/// is one user's own that user alone. Of signals the users who are present.
[[nodiscard]] bool concerns(const Event& event, UserId user) noexcept;
/// Typing and presence: for connections that are present in the conversation.
[[nodiscard]] bool is_signal(const Event& event) noexcept;

void encode(const PresenceEntry& entry, v1::PresenceEntry& out);
void encode(const PresenceState& state, v1::OpenConversationResponse& out);
void encode(const ChangedConversations& changed, v1::ListChangedConversationsResponse& out);
/// Without the conversation.
void encode(const MessageChanges& changes, v1::ListChangesResponse& out);

}  // namespace whispr::codec
