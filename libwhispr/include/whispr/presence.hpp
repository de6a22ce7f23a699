// Presence and typing: who is looking at a conversation, and who is writing. Ephemeral: no number,
// never stored, never replayed. A host reports its connections here; the engine tells the others.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "whispr/caller.hpp"
#include "whispr/ids.hpp"
#include "whispr/time.hpp"

namespace whispr {

class Core;

/// One connection's presence in one conversation.
struct PresenceEntry {
    UserId user{};
    std::uint64_t session = 0;  ///< chosen by the host, unique per connection and conversation
    Time online_at{};
    std::string status{};  ///< "online", "away", "busy"; empty where the topic has no status

    friend bool operator==(const PresenceEntry&, const PresenceEntry&) = default;
};

struct PresenceState {
    std::vector<PresenceEntry> entries{};
    std::size_t users =
        0;  ///< users present in all, which in large conversations is more than is listed
};

/// All members: any thread, no answer to wait for, constant time but for `join`'s copy of the
/// state.
class Presence {
 public:
    explicit Presence(Core& core) : core_(core) {}

    /// The session is present. The caller was admitted to the conversation by Conversations::show.
    /// The state holds the new entry; others hear of it after a short while.
    [[nodiscard]] PresenceState join(ConversationId conversation, const PresenceEntry& entry);
    /// The session is gone; ends its user's typing when it was the last one. Unknown sessions are
    /// ignored.
    void leave(ConversationId conversation, UserId user, std::uint64_t session);
    /// Tells the others that the user writes, again every four seconds, or has stopped. Expires by
    /// itself (Limits::typing_expiry). Ignored for users that are not present.
    void typing(ConversationId conversation, UserId user, bool typing);

 private:
    Core& core_;
};

}  // namespace whispr
