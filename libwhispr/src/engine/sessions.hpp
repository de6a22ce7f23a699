// Who is present in which conversation, and who types. Sharded by conversation; a change is told
// after a short while, together with those that came meanwhile, so that a thousand members joining
// do not cost a million frames.
#pragma once

#include <array>
#include <memory>
#include <unordered_map>
#include <vector>

#include "engine/mutex.hpp"
#include "engine/timer_gate.hpp"
#include "whispr/events.hpp"
#include "whispr/limits.hpp"
#include "whispr/ports/clock.hpp"
#include "whispr/ports/event_bus.hpp"
#include "whispr/ports/executor.hpp"
#include "whispr/presence.hpp"

namespace whispr {

class Fanout;

class Sessions : public std::enable_shared_from_this<Sessions> {
 public:
    Sessions(Fanout& fanout, Executor& executor, Clock& clock, const Limits& limits)
        : fanout_(fanout), executor_(executor), clock_(clock), limits_(limits) {}

    PresenceState join(ConversationId conversation, const PresenceEntry& entry);
    void leave(ConversationId conversation, UserId user, std::uint64_t session);
    void typing(ConversationId conversation, UserId user, bool typing);

    // Sessions of other nodes.
    void change_node(NodeId node, const std::vector<PresenceDelta>& changes);
    /// Who is present there, and nobody else.
    void replace_node(NodeId node, const std::vector<PresenceDelta>& present);
    /// Everybody who is present on this node.
    [[nodiscard]] std::vector<PresenceDelta> own_presence();
    /// Conversations in which anybody is present on this node.
    [[nodiscard]] std::vector<ConversationId> rooms();

    /// No timer does anything after this. Waits for one that is at work.
    void close() { timers_.close(); }

 private:
    struct TypingUser {
        UserId user;
        Time since;  ///< tells one stretch of typing from the next
        Time until;
        Time told;
    };
    /// A session and where it is; 0: on this node.
    struct Placed {
        PresenceEntry entry;
        NodeId node = 0;
    };
    struct Room {
        std::vector<Placed> entries;  ///< in the order they came
        std::unordered_map<UserId, std::uint32_t> sessions_of;
        std::vector<TypingUser> typing;
        std::vector<Placed> joined;  ///< not told yet
        std::vector<Placed> left;    ///< not told yet
        bool telling = false;
        std::shared_ptr<const Audience>
            audience;  ///< the present users; null after one came or went
    };
    struct Shard {
        Mutex mutex;
        std::unordered_map<ConversationId, Room> rooms WHISPR_GUARDED_BY(mutex);
    };

    Shard& shard_of(ConversationId conversation);
    static std::vector<PresenceEntry> newest_entries(const std::vector<Placed>& entries,
                                                     UserId self);
    Room& enter(Shard& shard, ConversationId conversation, const Placed& placed)
        WHISPR_REQUIRES(shard.mutex);
    void leave(ConversationId conversation, UserId user, std::uint64_t session, NodeId node);
    void tell_soon(ConversationId conversation, Room& room);
    void tell_now(ConversationId conversation);
    void look_at_typing(ConversationId conversation, UserId user, Time since);
    void signal_typing(ConversationId conversation, UserId user, bool typing,
                       std::shared_ptr<const Audience> audience);
    static std::shared_ptr<const Audience> audience_of(Room& room);
    void watch_typing(ConversationId conversation, UserId user, Time since,
                      std::chrono::microseconds delay);

    Fanout& fanout_;
    Executor& executor_;
    Clock& clock_;
    const Limits& limits_;
    std::array<Shard, 16> shards_;
    TimerGate timers_;
};

}  // namespace whispr
