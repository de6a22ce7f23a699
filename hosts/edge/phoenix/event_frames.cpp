#include "edge/phoenix/event_frames.hpp"

#include <variant>

#include "edge/json/render.hpp"
#include "edge/json/text.hpp"
#include "edge/phoenix/server_frame.hpp"
#include "whispr/limits.hpp"

namespace edge::phoenix {

namespace {

using json::SocketForm;
using whispr::Event;

// Collects the frames of one event. The payload is written once into `payload` and framed for every
// reach that it has.
class Encoder {
 public:
    Encoder(const Event& event, Dialect dialect, PresenceLeaves leaves)
        : event_(event), dialect_(dialect), leaves_(leaves) {
        payload_.clear();
    }

    void operator()(const whispr::MessageCreated& created) {
        message(*created.message, SocketForm::broadcast);
        to_conversation("new_message");
        to_members("new_message");
    }
    void operator()(const whispr::MessageEdited& edited) {
        message(*edited.message, SocketForm::reply);
        to_conversation("message_edited");
        to_conversation("message_updated");
    }
    void operator()(const whispr::MessageDeleted& deleted) {
        write_message_deleted(payload_, deleted.message, event_.conversation, true);
        to_conversation("message_deleted");
        to_members("message_deleted");
    }
    void operator()(const whispr::ReactionAdded& added) {
        write_reaction_event(payload_, {added.message, event_.conversation, added.reaction.user},
                             added.reaction.reaction);
        to_conversation("reaction_added");
    }
    void operator()(const whispr::ReactionRemoved& removed) {
        write_reaction_event(payload_, {removed.message, event_.conversation, removed.user},
                             removed.reaction);
        to_conversation("reaction_removed");
    }
    void operator()(const whispr::MessagePinned& pinned) {
        write_message_pinned(payload_, pinned.pin, event_.eseq);
        to_conversation("message_pinned");
    }
    void operator()(const whispr::MessageUnpinned& unpinned) {
        write_message_unpinned(payload_, unpinned, event_.conversation, event_.eseq);
        to_conversation("message_unpinned");
    }
    void operator()(const whispr::AttachmentAdded& added) {
        write_attachment_added(payload_, added.attachment, event_.conversation, event_.eseq);
        to_conversation("attachment_added");
    }
    void operator()(const whispr::AttachmentRemoved& removed) {
        write_attachment_removed(payload_, removed, event_.conversation, event_.eseq);
        to_conversation("attachment_removed");
    }
    void operator()(const whispr::ConversationCreated& created) {
        write_conversation_added(payload_, *created.conversation);
        to_members("conversation_added");
    }
    void operator()(const whispr::ConversationUpdated& updated) {
        write_conversation_updated(payload_, *updated.conversation);
        to_conversation("conversation_updated");
    }
    void operator()(const whispr::ConversationDeactivated&) {
        write_conversation_gone(payload_, event_.conversation);
        to_conversation("conversation_removed");
        to_members("conversation_removed");
    }
    void operator()(const whispr::MemberAdded& added) {
        write_member_added(payload_, added.member, event_.conversation);
        to_conversation("member_added");
        if (!added.conversation) return;
        payload_.clear();
        write_conversation_added(payload_, *added.conversation);
        to_user("conversation_added", added.member.user);
    }
    void operator()(const whispr::MemberRemoved& removed) {
        write_member_removed(payload_, removed.user, event_.conversation);
        to_conversation("member_removed");
        to_user("member_removed", removed.user);
    }
    void operator()(const whispr::MemberRoleChanged& changed) {
        write_member_role(payload_, changed.member, event_.conversation);
        to_conversation("member_role_changed");
    }
    void operator()(const whispr::ReadMoved& read) {
        // One that is for the reader's own devices is discreet: nobody else hears of it.
        if (!event_.user) {
            write_message_read(payload_, read, event_.conversation);
            to_conversation("message_read");
            delivery(read.messages, read.reader, "read", read.at);
            payload_.clear();
        }
        write_conversation_read(payload_, {event_.conversation, read.reader, read.at, read.marked});
        to_user("conversation_read", read.reader);
    }
    void operator()(const whispr::DeliveredMoved& delivered) {
        delivery(delivered.messages, delivered.user, "delivered", delivered.at);
    }
    void operator()(const whispr::SettingsChanged& changed) {
        if (!event_.user) return;
        const whispr::MemberSettings& settings = changed.settings;
        if (changed.pinned_named) {
            write_list_state(payload_, event_.conversation, "pinned", settings.pinned, event_.at);
            to_user("conversation_pinned", *event_.user);
        }
        if (changed.archived_named) {
            write_list_state(payload_, event_.conversation, "archived", settings.archived,
                             event_.at);
            to_user("conversation_archived", *event_.user);
        }
        if (!changed.muted_named) return;
        write_settings_updated(payload_, settings, event_.conversation, event_.at);
        to_user("conversation_settings_updated", *event_.user);
    }
    void operator()(const whispr::MarkedUnread& marked) {
        if (!event_.user) return;
        write_message_unread(payload_, marked, event_.conversation, event_.at);
        to_user("message_unread", *event_.user);
    }
    void operator()(const whispr::MessageHidden& hidden) {
        if (!event_.user) return;
        write_message_deleted(payload_, hidden.message, event_.conversation, false);
        to_user("message_deleted", *event_.user);
    }
    void operator()(const whispr::ConversationHidden&) {
        if (!event_.user) return;
        write_conversation_gone(payload_, event_.conversation);
        to_user("conversation_removed", *event_.user);
    }
    void operator()(const whispr::Typing& typing) {
        write_typing(payload_, typing, event_.conversation);
        to_conversation("user_typing");
    }
    void operator()(const whispr::PresenceChanged& change) {
        if (!change.joins.empty() || !change.leaves.empty()) {
            write_presence_diff(payload_, change, event_.conversation, leaves_);
            to_conversation("presence_diff");
        }
        if (change.users <= whispr::limits::receipts_members && !change.counts_only) return;
        payload_.clear();
        write_presence_count(payload_, change.users);
        to_conversation("presence_count");
    }

    void operator()(const whispr::MessageExpired& expired) {
        write_message_expired(payload_, expired.message, event_.conversation);
        to_conversation("message:expired");
        payload_.clear();
        write_message_deleted(payload_, expired.message, event_.conversation, true);
        to_members("message_deleted");
    }
    void operator()(const whispr::DraftSaved& saved) {
        if (!event_.user) return;
        write_draft_saved(payload_, saved.draft);
        to_user("draft_saved", *event_.user);
    }
    void operator()(const whispr::DraftRemoved& removed) {
        if (!event_.user) return;
        write_draft_removed(payload_, removed.draft, event_.conversation, event_.useq);
        to_user("draft_removed", *event_.user);
    }
    void operator()(const whispr::ScheduleChanged& changed) {
        if (!event_.user) return;
        write_schedule_changed(payload_, changed.schedule);
        to_user("schedule_changed", *event_.user);
    }
    void operator()(const whispr::SanctionIssued& issued) {
        write_sanction(payload_, issued.sanction);
        to_conversation(issued.sanction.type == whispr::SanctionType::mute
                            ? "moderation:user_muted"
                            : "moderation:user_kicked");
    }
    void operator()(const whispr::SanctionLifted& lifted) {
        write_sanction_lifted(payload_, lifted.sanction);
        to_conversation("moderation:sanction_lifted");
    }
    void operator()(const whispr::Advanced&) {
        write_advanced(payload_, event_.conversation);
        to_conversation("advanced");
    }
    void operator()(const whispr::ReportFiled&) {}
    void operator()(const whispr::ReportsReached&) {}
    void operator()(const whispr::SanctionApplied&) {}
    // Not about a conversation: each joined topic gets a frame of its own (epoch_frame).
    void operator()(const whispr::EpochChanged&) {}

    std::vector<WireFrame> take() { return std::move(frames_); }

 private:
    void message(const whispr::Message& message, SocketForm form) {
        payload_ += R"({"message":)";
        json::write_socket_message(payload_, message, form);
        payload_ += '}';
    }

    void delivery(const std::vector<whispr::ReceiptMessage>& messages, whispr::UserId user,
                  std::string_view status, whispr::Time at) {
        for (const auto& message : messages) {
            payload_.clear();
            write_delivery_status(payload_,
                                  {message.message, user, event_.conversation, status, at});
            to_conversation("delivery_status");
            to_user("delivery_status", message.author);
        }
    }

    // Every change carries its number, by which a client sees whether it missed one before.
    void number() {
        if (event_.eseq == 0) return;
        const std::string end = R"(,"eseq":)" + std::to_string(event_.eseq) + '}';
        if (payload_.ends_with(end)) return;
        payload_.pop_back();
        payload_ += end;
    }

    // Of what one member alone may see, the others hear on neither topic.
    void to_conversation(std::string_view event) {
        number();
        const Topic topic{Topic::Kind::conversation, event_.conversation.uuid};
        frames_.push_back({event_.user ? WireFrame::Reach::own : WireFrame::Reach::conversation,
                           event_.user.value_or(whispr::UserId{}),
                           broadcast_frame(dialect_, topic, event, payload_)});
    }
    void to_members(std::string_view event) {
        if (event_.user) return to_user(event, *event_.user);
        const AroundId around = around_user_id(dialect_, event, payload_);
        frames_.push_back(
            {WireFrame::Reach::members, {}, net::compose_text(around.before, 36, around.after)});
    }
    void to_user(std::string_view event, whispr::UserId user) {
        const Topic topic{Topic::Kind::user, user.uuid};
        frames_.push_back(
            {WireFrame::Reach::user, user, broadcast_frame(dialect_, topic, event, payload_)});
    }

    // Kept between events, so that encoding allocates only what is shared with the receivers.
    static thread_local std::string payload_;

    const Event& event_;
    Dialect dialect_;
    PresenceLeaves leaves_;
    std::vector<WireFrame> frames_;
};

thread_local std::string Encoder::payload_;

}  // namespace

std::vector<WireFrame> frames_of(const Event& event, Dialect dialect, PresenceLeaves leaves) {
    Encoder encoder(event, dialect, leaves);
    std::visit(encoder, event.what);
    return encoder.take();
}

net::Frame broadcast_frame(Dialect dialect, const Topic& topic, std::string_view event,
                           std::string_view payload) {
    static thread_local std::string text;
    static thread_local std::string name;
    text.clear();
    name.clear();
    write_topic(name, topic);
    open_push(text, dialect, "null", "null", name, event);
    text += payload;
    close_push(text, dialect);
    return net::make_text_frame(text);
}

}  // namespace edge::phoenix
