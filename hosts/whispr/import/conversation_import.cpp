#include "import/conversation_import.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace whispr_cli {

using namespace whispr;

namespace {

constexpr std::chrono::microseconds instant{1};

/// Takes the rows of a conversation; drops those of conversations before it.
template <class Take>
void rows_of(SourceCursor& cursor, ConversationId conversation, Take take) {
    for (; !cursor.done(); cursor.next()) {
        const auto of = cursor.row().id<ConversationId>(0);
        if (conversation < of) return;
        if (of == conversation) take(cursor.row());
    }
}

/// The same for the rows of one message. Requires: all messages are asked for, in their order.
template <class Take>
void rows_on(SourceCursor& cursor, const MessageRow& message, Take take) {
    for (; !cursor.done(); cursor.next()) {
        const auto of = cursor.row().id<ConversationId>(0);
        if (of < message.conversation) continue;
        if (message.conversation < of || cursor.row().id<MessageId>(1) != message.id) return;
        take(cursor.row());
    }
}

/// Whoever is likely to have created it: the service kept no name.
UserId creator(const std::vector<ServiceMember>& members) {
    for (const ServiceMember& one : members) {
        if (one.member.role == Role::admin || one.member.role == Role::owner)
            return one.member.user;
    }
    return members.empty() ? system_user : members.front().member.user;
}

Error changed(ConversationId conversation) {
    return {Errc::stale,
            "conversation " + conversation.to_string() +
                " is not what it was when this import began: the source must not change; begin "
                "again with a new target",
            {}};
}

}  // namespace

bool is_complete(const ConversationRow& row) noexcept {
    return row.policy_eseq > 0;
}

struct ConversationImport::Streams {
    Streams(Source& source, const ConversationRange& range)
        : conversations(source, "conversations_c", conversations_query(range)),
          members(source, "members_c", members_query(range)),
          messages(source, "messages_c", messages_query(range), 200),
          replies(source, "replies_c", replies_query(range)),
          receipts(source, "receipts_c", receipts_query(range)),
          reactions(source, "reactions_c", reactions_query(range)),
          attachments(source, "attachments_c", attachments_query(range)),
          pins(source, "pins_c", pins_query(range)),
          hidden(source, "hidden_c", hidden_query(range)),
          drafts(source, "drafts_c", drafts_query(range), 200),
          schedules(source, "schedules_c", schedules_query(range), 200),
          sanctions(source, "sanctions_c", sanctions_query(range)) {}

    SourceCursor conversations;
    SourceCursor members;
    SourceCursor messages;
    SourceCursor replies;
    SourceCursor receipts;
    SourceCursor reactions;
    SourceCursor attachments;
    SourceCursor pins;
    SourceCursor hidden;
    SourceCursor drafts;
    SourceCursor schedules;
    SourceCursor sanctions;
};

struct ConversationImport::Progress {
    ConversationRow row;
    bool active = true;      ///< as it will be; until it is complete, nobody sees it
    bool is_stored = false;  ///< its row is in the store
    Mseq stored_mseq = 0;    ///< so many of its messages are
    Time stored_sent_at{};   ///< and the last of them was sent then
    std::vector<ServiceMember> members{};
    ReadingPositions positions;
};

Result<void> ConversationImport::run(const ConversationRange& range,
                                     const std::vector<ConversationRow>& stored) {
    Streams streams(source_, range);
    for (; !streams.conversations.done(); streams.conversations.next()) {
        const auto id = streams.conversations.row().id<ConversationId>(0);
        const auto found = std::find_if(stored.begin(), stored.end(),
                                        [&](const ConversationRow& row) { return row.id == id; });
        const ConversationRow* const there = found == stored.end() ? nullptr : &*found;
        if (there && is_complete(*there)) continue;
        if (auto done = one(streams, there); !done) return done;
    }
    return {};
}

Result<void> ConversationImport::one(Streams& streams, const ConversationRow* stored) {
    ConversationRow row = conversation_of(streams.conversations.row());
    std::vector<ServiceMember> members;
    std::vector<ReadingPositions::Reader> readers;
    rows_of(streams.members, row.id, [&](const SourceRow& member) {
        members.push_back(member_of(member));
        readers.push_back({members.back().member.user, members.back().last_read_at});
    });
    row.created_by = creator(members);
    const bool active = std::exchange(row.active, false);
    Progress progress{.row = std::move(row),
                      .active = active,
                      .is_stored = stored != nullptr,
                      .stored_mseq = stored ? stored->mseq : 0,
                      .stored_sent_at = stored ? stored->last_sent_at : Time{},
                      .members = std::move(members),
                      .positions = ReadingPositions(readers)};
    if (auto done = messages(streams, progress); !done) return done;
    complete(streams, progress);
    counts_.lost_receipts += progress.positions.lost();
    ++counts_.conversations;
    return writer_.full() ? flush() : Result<void>{};
}

Result<void> ConversationImport::messages(Streams& streams, Progress& progress) {
    ConversationRow& row = progress.row;
    std::vector<Receipt> receipts;
    for (; !streams.messages.done(); streams.messages.next()) {
        const auto of = streams.messages.row().id<ConversationId>(0);
        if (row.id < of) break;
        if (of < row.id) continue;
        MessageRow message = message_of(streams.messages.row(), row.mseq + 1);
        receipts.clear();
        rows_on(streams.receipts, message,
                [&](const SourceRow& receipt) { receipts.push_back(receipt_of(receipt)); });
        progress.positions.message({message.mseq, message.sent_at, message.sender, message.deleted},
                                   receipts);
        // The service counted whole seconds, and left open what order they have within.
        message.sent_at = std::max(message.sent_at, row.last_sent_at + instant);
        const bool touched = message.deleted || message.edited_at;
        message.updated_at =
            touched ? std::max(message.updated_at, message.sent_at + instant) : message.sent_at;
        row.mseq = row.eseq = message.mseq;
        row.last_sent_at = message.sent_at;
        row.last_activity_at = std::max(row.last_activity_at, message.sent_at);
        belongings(streams, progress, message);
        if (row.mseq < progress.stored_mseq) continue;
        if (row.mseq == progress.stored_mseq) {
            if (row.last_sent_at != progress.stored_sent_at) return changed(row.id);
            continue;
        }
        rows_on(streams.replies, message,
                [&](const SourceRow& reply) { message.reply_to_mseq = reply.number(2); });
        writer_.add(std::move(message));
        ++counts_.messages;
        if (!writer_.full()) continue;
        writer_.changes().conversations.push_back({row, !progress.is_stored, false});
        if (auto done = flush(); !done) return done;
        progress.is_stored = true;
    }
    if (row.mseq < progress.stored_mseq) return changed(row.id);
    return {};
}

void ConversationImport::belongings(Streams& streams, const Progress& progress,
                                    const MessageRow& message) {
    // What came with a message that is in the store came with it.
    const bool wanted = message.mseq > progress.stored_mseq;
    const ConversationId conversation = message.conversation;
    ChangeSet& changes = writer_.changes();
    rows_on(streams.reactions, message, [&](const SourceRow& row) {
        if (wanted)
            changes.reactions_added.push_back({conversation, reaction_of(row, message.mseq), true});
    });
    rows_on(streams.attachments, message, [&](const SourceRow& row) {
        if (wanted) {
            changes.attachments.created.push_back(
                {conversation, attachment_of(row, message.mseq), true});
        }
    });
    rows_on(streams.pins, message, [&](const SourceRow& row) {
        if (wanted) changes.pins.created.push_back({conversation, pin_of(row, message.mseq), true});
    });
    rows_on(streams.hidden, message, [&](const SourceRow& row) {
        if (wanted) changes.hidden.push_back({conversation, row.id<UserId>(2), message.mseq});
    });
    if (wanted) return;
    rows_on(streams.replies, message, [](const SourceRow&) {});
}

void ConversationImport::complete(Streams& streams, Progress& progress) {
    ConversationRow& row = progress.row;
    ChangeSet& changes = writer_.changes();
    row.active = progress.active;
    row.eseq = row.mseq + 1;
    row.members_eseq = row.policy_eseq = row.eseq;

    for (ServiceMember& one : progress.members) {
        one.member.last_eseq = row.eseq;
        row.member_count += one.member.active ? 1 : 0;
        changes.members.push_back({row.id, one.member, true});
        // A member is created with the usual settings and nothing read.
        if (one.membership.settings != MemberSettings{})
            changes.memberships.push_back({row.id, one.membership, false});
    }
    for (PositionRow& position : progress.positions.positions()) {
        if (position.read_mseq > 0 || position.delivered_mseq > 0)
            changes.positions.push_back({row.id, std::move(position), false});
    }
    rows_of(streams.drafts, row.id, [&](const SourceRow& draft) {
        changes.drafts.saved.push_back({row.id, draft_of(draft), true});
    });
    rows_of(streams.schedules, row.id, [&](const SourceRow& schedule) {
        changes.schedules.written.push_back({row.id, schedule_of(schedule), true});
    });
    rows_of(streams.sanctions, row.id, [&](const SourceRow& found) {
        const SanctionRow sanction = sanction_of(found);
        for (ServiceMember& one : progress.members)
            apply_sanction(sanction, one.member);
        changes.moderation.sanctions_created.push_back({row.id, sanction, true});
    });
    for (const ServiceMember& one : progress.members) {
        // A member is created without sanctions.
        if (one.member.muted_until || one.member.shadowed_until)
            changes.members.push_back({row.id, one.member, false});
    }
    changes.conversations.push_back({row, !progress.is_stored, progress.is_stored});
}

Result<void> ConversationImport::flush() {
    auto done = writer_.flush();
    if (done && told_) told_();
    return done;
}

}  // namespace whispr_cli
