// Receipts: how far each member has read, and how far messages have reached each member's devices.
// Both are positions (an mseq) that only rise; they have no change number.
#pragma once

#include <optional>
#include <vector>

#include "whispr/caller.hpp"
#include "whispr/completion.hpp"
#include "whispr/ids.hpp"
#include "whispr/time.hpp"

namespace whispr {

class Core;

struct MarkRead {
    ConversationId conversation{};
    /// Reads everything up to this message; without it, everything there is.
    std::optional<MessageId> message{};
};

struct ReadMark {
    ConversationId conversation{};
    Mseq read_mseq = 0;        ///< the position after the command
    std::uint32_t marked = 0;  ///< how far the position moved
    Time read_at{};
};

struct MarkUnread {
    MessageId message{};
    std::optional<ConversationId> conversation{};  ///< as in EditMessage
};

/// How far a message has come with one member.
struct MemberReceipt {
    UserId user{};
    std::optional<Time> delivered_at{};
    std::optional<Time> read_at{};  ///< when the position passed the message, or later
};

/// All members: any thread; answer as in Messages.
class Receipts {
 public:
    explicit Receipts(Core& core) : core_(core) {}

    /// Reads of one member in one conversation that follow each other closely are joined before
    /// they are stored; all are answered. Fails with conversation_not_found, not_a_member,
    /// message_not_found.
    void mark_read(const Caller& caller, MarkRead command, Completion<ReadMark> done);
    /// Messages up to `upto` have reached a device of the caller. In conversations of more than
    /// limits::receipts_members members it does nothing. Fails as mark_read.
    void mark_delivered(const Caller& caller, ConversationId conversation, Mseq upto,
                        Completion<Done> done);
    /// The same, naming a message. Fails with message_not_found.
    void mark_delivered(const Caller& caller, ConversationId conversation, MessageId message,
                        Completion<Done> done);
    /// The message and what follows it count as unread until the next read. Fails with
    /// message_not_found, forbidden (one's own message).
    void mark_unread(const Caller& caller, MarkUnread command, Completion<Done> done);
    /// Other active members by user: who has the message, and who has read it. Nobody where there
    /// are more than limits::receipts_members members. Fails with message_not_found.
    void of_message(const Caller& caller, MessageId message,
                    Completion<std::vector<MemberReceipt>> done);

 private:
    Core& core_;
};

}  // namespace whispr
