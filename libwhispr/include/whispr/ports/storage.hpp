// Durable state, as the engine uses it: a lane *begins* a batch (locks and reads its
// conversations), *loads* what the batch's commands named, *writes* what the rules changed, and
// *commits*; readers look at snapshots. Everything is set based: round trips do not depend on the
// size of the batch. Storage decides nothing. Threads: `Storage` from any, a `LaneStorage` or
// `ReadStorage` from one at a time. All calls block, none throws. Failures of every method:
// unavailable (connection lost, disk full, read only, locked: the text says which), internal (a
// damaged database, a defect); further ones are named at the method.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "whispr/ids.hpp"
#include "whispr/ports/attachment_storage.hpp"
#include "whispr/ports/draft_storage.hpp"
#include "whispr/ports/moderation_storage.hpp"
#include "whispr/ports/pin_storage.hpp"
#include "whispr/ports/rows.hpp"
#include "whispr/ports/schedule_storage.hpp"
#include "whispr/ports/search_storage.hpp"
#include "whispr/ports/sender_key_storage.hpp"
#include "whispr/result.hpp"
#include "whispr/time.hpp"

namespace whispr {

/// An unordered pair of users, in order.
struct UserPair {
    UserId lo{};
    UserId hi{};

    [[nodiscard]] static UserPair of(UserId a, UserId b) noexcept {
        return a < b ? UserPair{a, b} : UserPair{b, a};
    }
    friend auto operator<=>(const UserPair&, const UserPair&) noexcept = default;
};

// What a batch locks, and what it then holds.
struct LockKeys {
    std::vector<ConversationId> conversations{};  ///< distinct; locked in id order
    std::vector<UserPair> pairs{};                ///< distinct; their conversations are locked too
    /// (created_by, op_id): those conversations are locked too
    std::vector<std::pair<UserId, OpId>> group_ops{};
    std::vector<Uuid> external_group_ids{};  ///< those conversations are locked too
    bool wait = false;                       ///< for what other lanes hold, instead of leaving it
};
struct Locked {
    Time now{};                                                ///< the time of this batch
    std::vector<ConversationRow> conversations{};              ///< those that exist, each once
    std::vector<std::pair<UserPair, ConversationId>> pairs{};  ///< those that have a conversation
    /// Those that exist, but are held by another lane, and so are not among the conversations.
    std::vector<ConversationId> busy{};
};

// What a batch reads after it holds its locks. Every conversation is meant by its row's `no`.
struct SendKey {
    std::int64_t no = 0;
    UserId sender{};
    std::optional<std::int64_t> client_random{};
    std::optional<OpId> op_id{};
};
/// Messages beyond a member's position. One key for each member.
struct BeyondKey {
    std::int64_t no = 0;
    UserId user{};
    Mseq upto = std::numeric_limits<Mseq>::max();  ///< newer ones are left out
};
struct LoadKeys {
    std::vector<std::int64_t> members_of{};  ///< all memberships, inactive ones too
    std::vector<MemberKey> own{};            ///< position and own state of these members
    std::vector<UserId> users{};             ///< their newest useq, held until the commit
    std::vector<UserId> list_pins_of{};      ///< how many conversations they have pinned
    std::vector<MessageKey> messages{};      ///< these messages
    std::vector<MessageKey> reactions_of{};  ///< all reactions on these messages
    std::vector<SendKey> sends{};  ///< messages that were sent with the same op_id or client_random
    std::vector<BeyondKey>
        newly_read{};  ///< newest messages beyond what the member shows as read, sent by others
    std::vector<BeyondKey> newly_delivered{};  ///< the same for the delivered position
    PinKeys pins{};
    AttachmentKeys attachments{};
    DraftKeys drafts{};
    ScheduleKeys schedules{};
    ModerationKeys moderation{};
    SenderKeyKeys sender_keys{};
};
struct OwnState {
    std::int64_t no = 0;
    PositionRow position{};
    MembershipRow membership{};
};
struct MessageHead {
    Mseq mseq = 0;
    MessageId id{};
    UserId sender{};
};
struct Loaded {
    std::vector<std::pair<std::int64_t, MemberRow>> members{};
    std::vector<OwnState> own{};
    std::vector<std::pair<UserId, Useq>> users{};             ///< those that have one
    std::vector<std::pair<UserId, std::size_t>> list_pins{};  ///< for every user that was named
    std::vector<MessageRow> messages{};
    std::vector<std::pair<std::int64_t, ReactionRow>> reactions{};
    /// For an op_id the message; for a client_random the newest message with it.
    std::vector<MessageRow> sends{};
    /// Newest first, at most limits::read_messages_told for each key; not deleted ones.
    std::vector<std::pair<MemberKey, MessageHead>> newly_read{};
    std::vector<std::pair<MemberKey, MessageHead>> newly_delivered{};
    LoadedPins pins{};
    LoadedAttachments attachments{};
    LoadedDrafts drafts{};
    LoadedSchedules schedules{};
    LoadedModeration moderation{};
    LoadedSenderKeys sender_keys{};
};

// What a batch changed. Rows are whole: storage writes all their fields. New conversations have
// `no` 0 and are named by id elsewhere; all others by the `no` they were loaded with. Within each
// kind, rows are written in their order.
struct ConversationWrite {
    ConversationRow row{};
    bool created = false;
    bool policy_changed =
        false;  ///< fields other than counters, activity and member_count changed too
};
struct HiddenMessage {
    ConversationId conversation{};
    UserId user{};
    Mseq mseq = 0;
};
struct ChangeSet {
    std::vector<ConversationWrite>
        conversations{};  ///< each once, in id order; written last, but for new ones
    std::vector<std::pair<UserPair, ConversationId>> pairs_created{};
    std::vector<RowOf<MemberRow>>
        members{};  ///< created: with a fresh PositionRow and MembershipRow
    std::vector<RowOf<PositionRow>> positions{};      ///< never created
    std::vector<RowOf<MembershipRow>> memberships{};  ///< never created
    std::vector<MessageRow> messages_created{};
    std::vector<MessageRow>
        messages_changed{};  ///< content, metadata, times, deleted, last_eseq, signature
    // Reactions: cleared, then removed, then added.
    std::vector<MessageKey> reactions_cleared{};  ///< all reactions of these messages
    std::vector<RowOf<ReactionRow>> reactions_removed{};
    std::vector<RowOf<ReactionRow>> reactions_added{};
    std::vector<HiddenMessage> hidden{};           ///< repeats are harmless
    std::vector<std::pair<UserId, Useq>> users{};  ///< newest useq, in user order
    PinChanges pins{};
    AttachmentChanges attachments{};
    DraftChanges drafts{};
    ScheduleChanges schedules{};
    ModerationChanges moderation{};
    SenderKeyChanges sender_keys{};
    SearchChanges search{};
};

/// One lane's connection.
class LaneStorage {
 public:
    virtual ~LaneStorage() = default;

    /// Begins a transaction, locks the conversations and reads them as they are then. What is not
    /// there is left out. This method, load and write fail with stale when another transaction was
    /// in the way: nothing was done, and all of it may be run again.
    [[nodiscard]] virtual Result<Locked> begin(const LockKeys& keys) = 0;
    /// Reads within the transaction. Requires: begun, nothing written yet.
    [[nodiscard]] virtual Result<Loaded> load(const LoadKeys& keys) = 0;
    /// Writes within the transaction, to conversations that begin gave or that are new. Fails with
    /// already_exists (a unique key was taken meanwhile). Requires: begun, nothing written yet.
    /// After a failure only rollback may follow.
    [[nodiscard]] virtual Result<void> write(const ChangeSet& changes) = 0;
    /// Makes the transaction durable and ends it. Fails with outcome_unknown. After a failure it is
    /// over, too.
    [[nodiscard]] virtual Result<void> commit() = 0;
    /// Ends the transaction without effect; does nothing when there is none.
    virtual void rollback() noexcept = 0;
};

// What readers ask for and get.
struct Access {
    ConversationRow conversation{};
    std::optional<MemberRow> member{};          ///< the caller's, when there ever was one
    std::optional<MembershipRow> membership{};  ///< present with member
    std::optional<PositionRow> position{};      ///< present with member
};
struct PageQuery {
    std::int64_t no = 0;
    UserId reader{};
    Time now{};                         ///< expired before or at this: left out
    std::optional<Mseq> before_mseq{};  ///< exclusive
    std::optional<Mseq> after_mseq{};   ///< exclusive; then the oldest come first in line
    std::optional<Time> before{};       ///< by sent_at, exclusive
    std::optional<Time> after{};
    std::size_t limit = 50;
};
/// Nothing at all when there are no messages.
struct PageRows {
    std::vector<MessageRow>
        messages{};  ///< newest first; not deleted, expired, or hidden for the reader
    std::vector<MessageRow> replied{};  ///< the messages that these answer, as they are
    std::vector<std::pair<std::int64_t, ReactionRow>>
        reactions{};  ///< on these messages, oldest first
    std::vector<std::pair<std::int64_t, AttachmentRow>>
        attachments{};  ///< of these messages, oldest first
    std::vector<PositionRow>
        positions{};  ///< of active members, where there are at most limits::receipts_members
};
struct ListQuery {
    UserId user{};
    Time now{};
    std::optional<ConversationType> type{};
    bool include_archived = true;
    bool only_archived = false;
    std::size_t limit = 50;
    std::size_t offset = 0;
};
struct ListedConversation {
    ConversationRow conversation{};
    MemberRow member{};
    MembershipRow membership{};
    PositionRow position{};
    std::uint32_t unread = 0;                  ///< at most limits::unread_count
    std::optional<MessageRow> last_message{};  ///< newest that the user may see
    std::vector<MemberRow> members{};      ///< active ones of a direct conversation, by joined_at
    std::vector<PositionRow> positions{};  ///< of these
};

struct ChangesQuery {
    std::int64_t no = 0;
    UserId reader{};
    Time now{};
    Eseq since = 0;  ///< exclusive
    std::size_t limit = 200;
    bool members = false;  ///< asks for them, too
};
/// Messages that were created or changed.
struct ChangeRows {
    PageRows page{};  ///< newest first, in their present state, deleted ones too
    /// Changed ones that are expired, shadowed, or hidden for the reader.
    std::vector<MessageId> hidden{};
    bool complete = true;              ///< false: there were more than `limit`, and none are given
    std::vector<MemberRow> members{};  ///< those that changed, who have left, too
};

/// How far a device knows its user's conversations, in the numbers of the store that told it.
struct ChangeMark {
    Uuid epoch{};      ///< Storage::epoch() then
    Uuid numbering{};  ///< another one where the store's numbers began anew, as in a copy of it
    std::int64_t number = 0;

    friend bool operator==(const ChangeMark&, const ChangeMark&) noexcept = default;
};
/// A conversation's place in a list of the latest activity first.
struct ListPlace {
    Time last_activity_at{};
    ConversationId id{};
};
struct ChangedQuery {
    UserId user{};
    std::optional<ChangeMark> since{};  ///< nothing: all of the user's conversations
    std::optional<ListPlace> behind{};  ///< exclusive: where the page before ended
    std::size_t limit = 100;
};
struct ChangedRow {
    ConversationId id{};
    bool active = true;  ///< false: the conversation is closed, or the user no member any more
    Eseq eseq = 0;       ///< newest change; of a user who left: the one by which he did
    Mseq mseq = 0;       ///< newest message; 0 for a user who left
    Useq last_useq = 0;  ///< newest change of the user's own state in it
    Time last_activity_at{};
};
struct ChangedRows {
    enum class Since : std::uint8_t {
        followed,   ///< the rows are what changed since, and perhaps some more
        unknown,    ///< the mark's numbers say nothing here: the rows are all there are
        elsewhere,  ///< the mark is of another history, or ahead of this one: the rows are all
    };
    Since since = Since::followed;
    ChangeMark now{};  ///< what is committed later than what the rows show is found from here
    Useq useq = 0;     ///< the user's newest own change
    /// The latest activity first; one more than `limit` when there are more.
    std::vector<ChangedRow> rows{};
};

/// The readers of what not every conversation has. They live as long as their ReadStorage and share
/// its connection.
struct ConceptReaders {
    PinReader& pins;
    AttachmentReader& attachments;
    DraftReader& drafts;
    ScheduleReader& schedules;
    DueReader& due;
    ModerationReader& moderation;
    SenderKeyReader& sender_keys;
    SearchReader& search;
};

/// One reader's connection. Each method sees one committed state of the database.
class ReadStorage {
 public:
    virtual ~ReadStorage() = default;

    /// Where these messages are; those that are nowhere are left out.
    [[nodiscard]] virtual Result<std::vector<std::pair<MessageId, std::pair<ConversationId, Mseq>>>>
    locate(const std::vector<MessageId>& messages) = 0;
    /// The conversation and the user's place in it; nothing when there is no such conversation.
    [[nodiscard]] virtual Result<std::optional<Access>> access(ConversationId conversation,
                                                               UserId user) = 0;
    [[nodiscard]] virtual Result<PageRows> page(const PageQuery& query) = 0;
    /// These messages with what page would give for them, newest first, even when deleted or
    /// expired; those that are hidden for the reader, or shadowed, are left out.
    [[nodiscard]] virtual Result<PageRows> messages(std::int64_t no, const std::vector<Mseq>& mseqs,
                                                    UserId reader) = 0;
    /// Active members by joined_at.
    [[nodiscard]] virtual Result<std::vector<MemberRow>> members(std::int64_t no) = 0;
    /// Active, not hidden conversations in which the user is active, latest activity first; one
    /// more than `limit` when there are more.
    [[nodiscard]] virtual Result<std::vector<ListedConversation>> list(const ListQuery& query) = 0;
    /// Messages that count as unread for the user: beyond the position (or from the unread mark),
    /// not own, deleted, expired or hidden; at most limits::unread_count.
    [[nodiscard]] virtual Result<std::uint32_t> unread(std::int64_t no, UserId user, Time now) = 0;
    /// What changed in a conversation.
    [[nodiscard]] virtual Result<ChangeRows> changes(const ChangesQuery& query) = 0;
    /// How far these conversations are; those that are not there are left out.
    [[nodiscard]] virtual Result<std::vector<std::pair<ConversationId, Eseq>>> eseqs(
        const std::vector<ConversationId>& conversations) = 0;
    /// The user's conversations in which something that he may see, or his own state, changed since
    /// a mark. Exact whatever is being committed meanwhile: each change is in the rows, or is found
    /// from the mark that is given. Its price is one pass over the user's memberships.
    [[nodiscard]] virtual Result<ChangedRows> changed(const ChangedQuery& query) = 0;
    [[nodiscard]] virtual ConceptReaders concepts() noexcept = 0;
};

/// What a storage says of itself, for operators. Figures are as of the last ping.
struct StorageFigures {
    /// For how long the marks of `changed` have stood still while others wrote, because a
    /// transaction did not end: nothing is lost by it, but the same is told again and again.
    std::chrono::microseconds marks_held{0};
    struct Replica {
        bool usable = false;
        std::string why{};            ///< empty when usable
        std::int64_t lag_bytes = 0;   ///< of log that it has not replayed
        std::uint64_t reads = 0;      ///< transactions that it answered
        std::uint64_t passed_on = 0;  ///< those that went to the primary instead
    };
    std::optional<Replica> replica{};  ///< where one is configured
};

class Storage {
 public:
    virtual ~Storage() = default;

    /// How many lanes may write at once. SQLite and memory: 1.
    [[nodiscard]] virtual std::size_t lanes() const noexcept = 0;
    /// Fails with unavailable when there are as many as lanes() already.
    [[nodiscard]] virtual Result<std::unique_ptr<LaneStorage>> open_lane() = 0;
    [[nodiscard]] virtual Result<std::unique_ptr<ReadStorage>> open_reader() = 0;
    /// Drawn when the store was made; another one when it was restored or imported again, or when
    /// a standby took over. Kept in memory: cheap.
    [[nodiscard]] virtual Uuid epoch() const noexcept = 0;
    /// A trivial statement, for health checks.
    [[nodiscard]] virtual Result<void> ping() = 0;
    /// Cheap. Any thread.
    [[nodiscard]] virtual StorageFigures figures() const { return {}; }
};

}  // namespace whispr
