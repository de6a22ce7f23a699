// Receipts: how far each member has read, and how far messages have reached each member's devices.
// Both are positions (an mseq) that only rise; they have no change number.
#pragma once

#include <optional>

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

 private:
    Core& core_;
};

}  // namespace whispr
