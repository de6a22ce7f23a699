// What the engine tells. A *change* is durable and numbered (eseq per conversation, useq per user);
// a *signal* is ephemeral. Events of one batch are immutable and shared by all receivers; they come
// after the commit, and events of one conversation come in the order of their numbers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "whispr/conversations.hpp"
#include "whispr/drafts.hpp"
#include "whispr/ids.hpp"
#include "whispr/messages.hpp"
#include "whispr/moderation.hpp"
#include "whispr/pins.hpp"
#include "whispr/presence.hpp"
#include "whispr/schedules.hpp"
#include "whispr/time.hpp"

namespace whispr {

/// The active members of a conversation at one moment, sorted.
struct Audience {
    std::vector<UserId> users{};

    [[nodiscard]] bool contains(UserId user) const noexcept;
};

// Changes of a conversation.
struct MessageCreated {
    std::shared_ptr<const Message> message{};
};
struct MessageEdited {
    std::shared_ptr<const Message> message{};
};
struct MessageDeleted {
    MessageId message{};
    Mseq mseq = 0;
};
/// Its time was over. A tombstone remains.
struct MessageExpired {
    MessageId message{};
    Mseq mseq = 0;
};
struct MessagePinned {
    Pin pin{};
};
struct MessageUnpinned {
    MessageId message{};
    UserId user{};
};
struct AttachmentAdded {
    Attachment attachment{};
};
struct AttachmentRemoved {
    AttachmentId attachment{};
    MessageId message{};
};
/// A sanction that the members are told of: not a shadow restriction.
struct SanctionIssued {
    Sanction sanction{};
};
struct SanctionLifted {
    Sanction sanction{};
};
/// Something changed that the audience may not see: the number alone.
struct Advanced {};
struct ReactionAdded {
    MessageId message{};
    Reaction reaction{};
};
struct ReactionRemoved {
    MessageId message{};
    UserId user{};
    std::string reaction{};
};
struct ConversationCreated {
    std::shared_ptr<const Conversation> conversation{};  ///< without any member's own state
};
struct ConversationUpdated {
    std::shared_ptr<const Conversation> conversation{};  ///< without any member's own state
};
struct ConversationDeactivated {};
struct MemberAdded {
    Member member{};
    std::shared_ptr<const Conversation> conversation{};
};
/// The user is not in the event's audience any more, and is told all the same.
struct MemberRemoved {
    UserId user{};
};
struct MemberRoleChanged {
    Member member{};
};

// Receipts: durable, but positions without a number.
struct ReceiptMessage {
    MessageId message{};
    UserId author{};
};
struct ReadMoved {
    UserId reader{};
    Mseq read_mseq = 0;
    std::optional<MessageId> message{};      ///< the message that was named
    std::vector<ReceiptMessage> messages{};  ///< newly read ones of others, newest first, bounded
    std::uint32_t marked = 0;
    Time at{};
};
struct DeliveredMoved {
    UserId user{};
    Mseq delivered_mseq = 0;
    std::vector<ReceiptMessage>
        messages{};  ///< newly delivered ones of others, newest first, bounded
    Time at{};
};

// Changes that belong to one user (Event::user), for that user's devices.
struct SettingsChanged {
    MemberSettings settings{};
    bool muted_named = false;     ///< `muted` was part of the request
    bool pinned_named = false;    ///< the request was to pin or unpin
    bool archived_named = false;  ///< the request was to archive or unarchive
};
/// `message` and what follows it count as unread. Event::user is the reader or the author.
struct MarkedUnread {
    MessageId message{};
    UserId reader{};
};
struct DraftSaved {
    Draft draft{};
};
struct DraftRemoved {
    DraftId draft{};
};
struct ScheduleChanged {
    Schedule schedule{};
};
struct MessageHidden {
    MessageId message{};
    Mseq mseq = 0;
};
struct ConversationHidden {};

// For the host and its neighbours alone: nobody's devices are told.
struct ReportFiled {
    Report report{};
};
/// So many different users have reported the same one.
struct ReportsReached {
    enum class Level : std::uint8_t { auto_mute, temp_ban, permanent_review };
    UserId reported{};
    Level level = Level::auto_mute;
    std::uint32_t reporters = 0;
};
struct SanctionApplied {
    Sanction sanction{};
};

// Of the whole store: no conversation, no audience.
/// The store has another history than before: a standby took over, or it was restored. What was
/// acknowledged last may be gone, numbers may come again, and marks and numbers that were told
/// before say nothing any more. Comes before the first change of the new history that this process
/// commits.
struct EpochChanged {
    Uuid epoch{};
};

// Signals.
struct Typing {
    UserId user{};
    bool typing = false;
};
struct PresenceChanged {
    std::vector<PresenceEntry> joins{};
    std::vector<PresenceEntry> leaves{};
    std::vector<UserId> gone{};  ///< users of `leaves` without any session left in the conversation
    std::size_t users = 0;
    bool counts_only = false;  ///< large conversation: users outside joins and leaves changed too
};

struct Event {
    using What =
        std::variant<MessageCreated, MessageEdited, MessageDeleted, ReactionAdded, ReactionRemoved,
                     ConversationCreated, ConversationUpdated, ConversationDeactivated, MemberAdded,
                     MemberRemoved, MemberRoleChanged, ReadMoved, DeliveredMoved, SettingsChanged,
                     MessageHidden, ConversationHidden, Typing, PresenceChanged, MessageExpired,
                     MessagePinned, MessageUnpinned, AttachmentAdded, AttachmentRemoved,
                     SanctionIssued, SanctionLifted, Advanced, MarkedUnread, DraftSaved,
                     DraftRemoved, ScheduleChanged, ReportFiled, ReportsReached, SanctionApplied,
                     EpochChanged>;

    ConversationId conversation{};
    Eseq eseq = 0;  ///< change number in the conversation; 0 for receipts, user changes and signals
    Useq useq = 0;  ///< change number of `user`; 0 otherwise
    UserId actor{};
    std::optional<UserId> user{};  ///< set: for this user's devices alone
    Time at{};
    /// Of changes: the active members afterwards. Of signals: the users who are present. Null for
    /// user changes.
    std::shared_ptr<const Audience> audience{};
    What what{};
};

/// Events of one commit, in order.
using Events = std::vector<Event>;

}  // namespace whispr
