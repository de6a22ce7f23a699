#include "proto/codec/events.hpp"

#include "proto/codec/conversations.hpp"
#include "proto/codec/messages.hpp"
#include "proto/codec/moderation.hpp"
#include "proto/codec/unsent.hpp"

namespace whispr::codec {

namespace {

template <class Messages>
void encode_receipts(const std::vector<ReceiptMessage>& messages, Messages& out) {
    for (const auto& message : messages) {
        auto& added = *out.Add();
        added.set_message_id(message.message.to_string());
        added.set_author_id(message.author.to_string());
    }
}

// Writes what the event is; false for what nobody's devices are told.
class Encoder {
 public:
    explicit Encoder(v1::Event& out) : out_(out) {}

    bool operator()(const MessageCreated& created) {
        encode(*created.message, *out_.mutable_message_created()->mutable_message());
        return true;
    }
    bool operator()(const MessageEdited& edited) {
        encode(*edited.message, *out_.mutable_message_edited()->mutable_message());
        return true;
    }
    bool operator()(const MessageDeleted& deleted) {
        return named(*out_.mutable_message_deleted(), deleted.message, deleted.mseq);
    }
    bool operator()(const MessageExpired& expired) {
        return named(*out_.mutable_message_expired(), expired.message, expired.mseq);
    }
    bool operator()(const MessageHidden& hidden) {
        return named(*out_.mutable_message_hidden(), hidden.message, hidden.mseq);
    }
    bool operator()(const ReactionAdded& added) {
        auto& what = *out_.mutable_reaction_added();
        what.set_message_id(added.message.to_string());
        encode(added.reaction, *what.mutable_reaction());
        return true;
    }
    bool operator()(const ReactionRemoved& removed) {
        auto& what = *out_.mutable_reaction_removed();
        what.set_message_id(removed.message.to_string());
        what.set_user_id(removed.user.to_string());
        what.set_reaction(removed.reaction);
        return true;
    }
    bool operator()(const MessagePinned& pinned) {
        encode(pinned.pin, *out_.mutable_message_pinned()->mutable_pin());
        return true;
    }
    bool operator()(const MessageUnpinned& unpinned) {
        auto& what = *out_.mutable_message_unpinned();
        what.set_message_id(unpinned.message.to_string());
        what.set_user_id(unpinned.user.to_string());
        return true;
    }
    bool operator()(const AttachmentAdded& added) {
        encode(added.attachment, *out_.mutable_attachment_added()->mutable_attachment());
        return true;
    }
    bool operator()(const AttachmentRemoved& removed) {
        auto& what = *out_.mutable_attachment_removed();
        what.set_attachment_id(removed.attachment.to_string());
        what.set_message_id(removed.message.to_string());
        return true;
    }
    bool operator()(const ConversationCreated& created) {
        encode(*created.conversation, Seen::by_everyone,
               *out_.mutable_conversation_created()->mutable_conversation());
        return true;
    }
    bool operator()(const ConversationUpdated& updated) {
        encode(*updated.conversation, Seen::by_everyone,
               *out_.mutable_conversation_updated()->mutable_conversation());
        return true;
    }
    bool operator()(const ConversationDeactivated&) {
        out_.mutable_conversation_deactivated();
        return true;
    }
    bool operator()(const MemberAdded& added) {
        auto& what = *out_.mutable_member_added();
        encode(added.member, *what.mutable_member());
        if (added.conversation)
            encode(*added.conversation, Seen::by_everyone, *what.mutable_conversation());
        return true;
    }
    bool operator()(const MemberRemoved& removed) {
        out_.mutable_member_removed()->set_user_id(removed.user.to_string());
        return true;
    }
    bool operator()(const MemberRoleChanged& changed) {
        encode(changed.member, *out_.mutable_member_role_changed()->mutable_member());
        return true;
    }
    bool operator()(const SanctionIssued& issued) {
        encode(issued.sanction, *out_.mutable_sanction_issued()->mutable_sanction());
        return true;
    }
    bool operator()(const SanctionLifted& lifted) {
        encode(lifted.sanction, *out_.mutable_sanction_lifted()->mutable_sanction());
        return true;
    }
    bool operator()(const Advanced&) {
        out_.mutable_advanced();
        return true;
    }
    bool operator()(const ReadMoved& read) {
        auto& what = *out_.mutable_read_moved();
        what.set_reader_id(read.reader.to_string());
        what.set_read_mseq(read.read_mseq);
        if (read.message) what.set_message_id(read.message->to_string());
        encode_receipts(read.messages, *what.mutable_messages());
        what.set_marked(static_cast<std::int32_t>(read.marked));
        encode(read.at, *what.mutable_at());
        return true;
    }
    bool operator()(const DeliveredMoved& delivered) {
        auto& what = *out_.mutable_delivered_moved();
        what.set_user_id(delivered.user.to_string());
        what.set_delivered_mseq(delivered.delivered_mseq);
        encode_receipts(delivered.messages, *what.mutable_messages());
        encode(delivered.at, *what.mutable_at());
        return true;
    }
    bool operator()(const SettingsChanged& changed) {
        encode(changed.settings, *out_.mutable_settings_changed()->mutable_settings());
        return true;
    }
    bool operator()(const MarkedUnread& marked) {
        auto& what = *out_.mutable_marked_unread();
        what.set_message_id(marked.message.to_string());
        what.set_reader_id(marked.reader.to_string());
        return true;
    }
    bool operator()(const DraftSaved& saved) {
        encode(saved.draft, *out_.mutable_draft_saved()->mutable_draft());
        return true;
    }
    bool operator()(const DraftRemoved& removed) {
        out_.mutable_draft_removed()->set_draft_id(removed.draft.to_string());
        return true;
    }
    bool operator()(const ScheduleChanged& changed) {
        encode(changed.schedule, *out_.mutable_schedule_changed()->mutable_schedule());
        return true;
    }
    bool operator()(const ConversationHidden&) {
        out_.mutable_conversation_hidden();
        return true;
    }
    bool operator()(const Typing& typing) {
        auto& what = *out_.mutable_typing();
        what.set_user_id(typing.user.to_string());
        what.set_typing(typing.typing);
        return true;
    }
    bool operator()(const PresenceChanged& change) {
        auto& what = *out_.mutable_presence_changed();
        for (const auto& entry : change.joins)
            encode(entry, *what.add_joins());
        for (const auto& entry : change.leaves)
            encode(entry, *what.add_leaves());
        for (const auto& user : change.gone)
            what.add_gone_ids(user.to_string());
        what.set_users(static_cast<std::int32_t>(change.users));
        return true;
    }
    bool operator()(const EpochChanged& changed) {
        out_.mutable_epoch_changed()->set_epoch(changed.epoch.to_string());
        return true;
    }
    bool operator()(const ReportFiled&) { return false; }
    bool operator()(const ReportsReached&) { return false; }
    bool operator()(const SanctionApplied&) { return false; }

 private:
    template <class What>
    static bool named(What& what, MessageId message, Mseq mseq) {
        what.set_message_id(message.to_string());
        what.set_mseq(mseq);
        return true;
    }

    v1::Event& out_;
};

}  // namespace

bool encode(const Event& event, v1::Event& out) {
    if (!std::visit(Encoder(out), event.what)) return false;
    const bool of_store = std::holds_alternative<EpochChanged>(event.what);
    if (!of_store) out.set_conversation_id(event.conversation.to_string());
    out.set_eseq(event.eseq);
    out.set_useq(event.useq);
    out.set_actor_id(event.actor.to_string());
    encode(event.at, *out.mutable_at());
    return true;
}

bool concerns(const Event& event, UserId user) noexcept {
    if (event.user) return *event.user == user;
    if (event.audience && event.audience->contains(user)) return true;
    const auto* removed = std::get_if<MemberRemoved>(&event.what);
    return removed != nullptr && removed->user == user;
}

bool is_signal(const Event& event) noexcept {
    return std::holds_alternative<Typing>(event.what) ||
           std::holds_alternative<PresenceChanged>(event.what);
}

void encode(const PresenceEntry& entry, v1::PresenceEntry& out) {
    out.set_user_id(entry.user.to_string());
    out.set_session(entry.session);
    encode(entry.online_at, *out.mutable_online_at());
    out.set_status(entry.status);
}

void encode(const PresenceState& state, v1::OpenConversationResponse& out) {
    for (const auto& entry : state.entries)
        encode(entry, *out.add_entries());
    out.set_users(static_cast<std::int32_t>(state.users));
}

void encode(const ChangedConversations& changed, v1::ListChangedConversationsResponse& out) {
    for (const auto& one : changed.conversations) {
        auto& told = *out.add_conversations();
        told.set_conversation_id(one.conversation.to_string());
        told.set_active(one.active);
        told.set_eseq(one.eseq);
        told.set_mseq(one.mseq);
        told.set_useq(one.useq);
    }
    out.set_useq(changed.useq);
    out.set_cursor(changed.cursor);
    out.set_complete(changed.complete);
    out.set_epoch(changed.epoch.to_string());
    out.set_reconcile(changed.reconcile);
}

void encode(const MessageChanges& changes, v1::ListChangesResponse& out) {
    out.set_eseq(changes.eseq);
    for (const auto& message : changes.messages)
        encode(message, *out.add_messages());
    for (const auto& hidden : changes.hidden)
        out.add_hidden_ids(hidden.to_string());
    out.set_complete(changes.complete);
}

}  // namespace whispr::codec
