// The rows of the memory store, in the order in which they are looked for, and the questions that
// lane and reader share.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "memory_mutex.hpp"
#include "whispr/ports/clock.hpp"
#include "whispr/ports/storage.hpp"

namespace whispr::memory {

struct MemberEntry {
    MemberRow member;
    PositionRow position;
    MembershipRow membership;
    std::int64_t changed = 0;  ///< number of the newest batch that wrote it
};

struct ConversationTable {
    ConversationRow row;
    std::map<UserId, MemberEntry> members;
    std::map<Mseq, MessageRow> messages;
    std::map<Mseq, std::vector<ReactionRow>> reactions;
    std::set<std::pair<UserId, Mseq>> hidden;
    std::map<std::pair<UserId, OpId>, Mseq> by_op_id;
    std::map<std::pair<UserId, std::int64_t>, Mseq> by_client_random;  ///< the newest
    std::map<Mseq, PinRow> pins;
    std::map<Mseq, std::vector<AttachmentRow>> attachments;  ///< in the order they came
    std::map<UserId, DraftRow> drafts;
    std::map<SanctionId, SanctionRow> sanctions;
    std::map<Mseq, std::string> words;
    SearchCursor indexed;
    std::int64_t changed = 0;  ///< number of the newest batch that wrote the row
};

struct Tables {
    std::map<std::int64_t, ConversationTable> conversations;
    std::unordered_map<ConversationId, std::int64_t> by_id;
    std::map<UserPair, ConversationId> pairs;
    std::map<std::pair<UserId, OpId>, std::int64_t> group_ops;
    std::map<Uuid, std::int64_t> external_groups;
    std::unordered_map<MessageId, MessageKey> message_ids;
    std::unordered_map<UserId, Useq> users;
    std::map<UserId, std::set<std::int64_t>> memberships;
    std::map<AttachmentId, MessageKey> attachment_ids;
    std::map<DraftId, MemberKey> draft_ids;
    std::map<ScheduleId, std::pair<ConversationId, ScheduleRow>> schedules;
    std::set<std::pair<Time, MessageKey>> expiring;  ///< messages whose time will be over
    std::map<ReportId, ReportRow> reports;
    std::map<SanctionId, std::int64_t> sanction_ids;
    std::map<UserId, std::vector<SenderKeyRow>> sender_keys;  ///< oldest first
    std::int64_t changes = 0;                                 ///< batches that were applied
};

/// What the storage object, its lane and its readers share.
struct Shared {
    Shared(std::shared_ptr<Clock> the_clock, Uuid the_epoch)
        : clock(std::move(the_clock)), epoch(the_epoch) {}

    const std::shared_ptr<Clock> clock;
    const Uuid epoch;
    Mutex mutex;
    Tables tables WHISPR_MEMORY_ANNOTATE(guarded_by(mutex));
    bool lane_open WHISPR_MEMORY_ANNOTATE(guarded_by(mutex)) = false;
};

[[nodiscard]] ConversationTable& table_of(Tables& tables, ConversationId id);
/// Null when there is none.
[[nodiscard]] const ConversationTable* find(const Tables& tables, ConversationId id);
[[nodiscard]] const ConversationTable* find(const Tables& tables, std::int64_t no);
/// The conversation's reactions on a message, oldest first.
[[nodiscard]] std::vector<ReactionRow> reactions_on(const ConversationTable& table, Mseq mseq);
/// Neither deleted, expired, nor hidden for the reader.
[[nodiscard]] bool visible(const ConversationTable& table, const MessageRow& message, UserId reader,
                           Time now);
[[nodiscard]] std::uint32_t unread(const ConversationTable& table, UserId user, Time now);
/// Active members by joined_at.
[[nodiscard]] std::vector<const MemberEntry*> active_members(const ConversationTable& table);

/// The conversations that a lane's transaction holds.
using Held = std::set<ConversationId>;

/// Whether the changes keep every key unique and name only what is held, new, or there.
[[nodiscard]] Result<void> check(const Tables& tables, const Held& held, const ChangeSet& changes);
/// Requires: checked.
void apply(Tables& tables, const ChangeSet& changes);

[[nodiscard]] std::unique_ptr<LaneStorage> make_lane(std::shared_ptr<Shared> shared);
[[nodiscard]] std::unique_ptr<ReadStorage> make_reader(std::shared_ptr<Shared> shared);

}  // namespace whispr::memory
