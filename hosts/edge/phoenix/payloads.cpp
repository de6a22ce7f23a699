#include "edge/phoenix/payloads.hpp"

#include "edge/json/render.hpp"
#include "edge/json/render_unsent.hpp"
#include "edge/json/text.hpp"

namespace edge::phoenix {

using json::write;

void write_message_deleted(std::string& out, whispr::MessageId message,
                           whispr::ConversationId conversation, bool for_everyone) {
    out += R"({"messageId":)";
    write(out, message);
    out += R"(,"conversationId":)";
    write(out, conversation);
    out += R"(,"deleteForEveryone":)";
    json::write_bool(out, for_everyone);
    out += '}';
}

void write_message_expired(std::string& out, whispr::MessageId message,
                           whispr::ConversationId conversation) {
    out += R"({"message_id":)";
    write(out, message);
    out += R"(,"conversation_id":)";
    write(out, conversation);
    out += '}';
}

void write_reaction_event(std::string& out, const ReactionPlace& place, std::string_view reaction) {
    out += R"({"messageId":)";
    write(out, place.message);
    out += R"(,"conversationId":)";
    write(out, place.conversation);
    out += R"(,"userId":)";
    write(out, place.user);
    out += R"(,"reaction":)";
    json::write_text(out, reaction);
    out += '}';
}

void write_message_pinned(std::string& out, const whispr::Pin& pin, whispr::Eseq eseq) {
    out += R"({"pin":)";
    json::write_pin(out, pin);
    out += R"(,"messageId":)";
    write(out, pin.message);
    out += R"(,"conversationId":)";
    write(out, pin.conversation);
    out += R"(,"eseq":)";
    json::write_number(out, eseq);
    out += '}';
}

void write_message_unpinned(std::string& out, const whispr::MessageUnpinned& unpinned,
                            whispr::ConversationId conversation, whispr::Eseq eseq) {
    out += R"({"messageId":)";
    write(out, unpinned.message);
    out += R"(,"conversationId":)";
    write(out, conversation);
    out += R"(,"userId":)";
    write(out, unpinned.user);
    out += R"(,"eseq":)";
    json::write_number(out, eseq);
    out += '}';
}

void write_attachment_added(std::string& out, const whispr::Attachment& attachment,
                            whispr::ConversationId conversation, whispr::Eseq eseq) {
    out += R"({"attachment":)";
    json::write_attachment(out, attachment);
    out += R"(,"messageId":)";
    write(out, attachment.message);
    out += R"(,"conversationId":)";
    write(out, conversation);
    out += R"(,"eseq":)";
    json::write_number(out, eseq);
    out += '}';
}

void write_attachment_removed(std::string& out, const whispr::AttachmentRemoved& removed,
                              whispr::ConversationId conversation, whispr::Eseq eseq) {
    out += R"({"attachmentId":)";
    write(out, removed.attachment);
    out += R"(,"messageId":)";
    write(out, removed.message);
    out += R"(,"conversationId":)";
    write(out, conversation);
    out += R"(,"eseq":)";
    json::write_number(out, eseq);
    out += '}';
}

void write_message_read(std::string& out, const whispr::ReadMoved& read,
                        whispr::ConversationId conversation) {
    out += R"({"userId":)";
    write(out, read.reader);
    out += R"(,"messageId":)";
    if (read.message) {
        write(out, *read.message);
    } else {
        out += "null";
    }
    out += R"(,"conversationId":)";
    write(out, conversation);
    out += R"(,"timestamp":)";
    write(out, read.at);
    out += '}';
}

void write_delivery_status(std::string& out, const DeliveryStatusOf& delivery) {
    out += R"({"messageId":)";
    write(out, delivery.message);
    out += R"(,"userId":)";
    write(out, delivery.user);
    out += R"(,"status":")";
    out += delivery.status;
    out += R"(","conversationId":)";
    write(out, delivery.conversation);
    out += R"(,"timestamp":)";
    write(out, delivery.at);
    out += '}';
}

void write_conversation_read(std::string& out, const ConversationRead& read) {
    out += R"({"user_id":)";
    write(out, read.reader);
    out += R"(,"read_at":)";
    write(out, read.at);
    out += R"(,"message_count":)";
    json::write_number(out, static_cast<std::int64_t>(read.messages));
    out += R"(,"conversation_id":)";
    write(out, read.conversation);
    out += '}';
}

void write_typing(std::string& out, const whispr::Typing& typing,
                  whispr::ConversationId conversation) {
    out += R"({"userId":)";
    write(out, typing.user);
    out += R"(,"typing":)";
    json::write_bool(out, typing.typing);
    out += R"(,"conversationId":)";
    write(out, conversation);
    out += '}';
}

void write_member_added(std::string& out, const whispr::Member& member,
                        whispr::ConversationId conversation) {
    out += R"({"member":{"id":)";
    write(out, member.user);
    out += R"(,"conversationId":)";
    write(out, conversation);
    out += R"(,"userId":)";
    write(out, member.user);
    out += R"(,"role":")";
    out += whispr::to_string(member.role);
    out += R"(","settings":{},"joinedAt":)";
    write(out, member.joined_at);
    out += R"(,"lastReadAt":null,"isActive":)";
    json::write_bool(out, member.active);
    out += R"(},"conversationId":)";
    write(out, conversation);
    out += '}';
}

void write_member_role(std::string& out, const whispr::Member& member,
                       whispr::ConversationId conversation) {
    out += R"({"userId":)";
    write(out, member.user);
    out += R"(,"role":")";
    out += whispr::to_string(member.role);
    out += R"(","conversationId":)";
    write(out, conversation);
    out += '}';
}

void write_member_removed(std::string& out, whispr::UserId user,
                          whispr::ConversationId conversation) {
    out += R"({"userId":)";
    write(out, user);
    out += R"(,"conversationId":)";
    write(out, conversation);
    out += '}';
}

void write_settings_updated(std::string& out, const whispr::MemberSettings& settings,
                            whispr::ConversationId conversation, whispr::Time at) {
    out += R"({"conversation_id":)";
    write(out, conversation);
    out += R"(,"settings":)";
    json::write_settings(out, settings);
    out += R"(,"timestamp":)";
    write(out, at);
    out += '}';
}

void write_list_state(std::string& out, whispr::ConversationId conversation, std::string_view name,
                      bool value, whispr::Time at) {
    out += R"({"conversation_id":)";
    write(out, conversation);
    out += R"(,")";
    out += name;
    out += R"(":)";
    json::write_bool(out, value);
    out += R"(,"timestamp":)";
    write(out, at);
    out += '}';
}

void write_message_unread(std::string& out, const whispr::MarkedUnread& marked,
                          whispr::ConversationId conversation, whispr::Time at) {
    out += R"({"messageId":)";
    write(out, marked.message);
    out += R"(,"conversationId":)";
    write(out, conversation);
    out += R"(,"userId":)";
    write(out, marked.reader);
    out += R"(,"timestamp":)";
    write(out, at);
    out += '}';
}

void write_conversation_added(std::string& out, const whispr::Conversation& conversation) {
    out += R"({"conversation":)";
    json::write_summary(out, conversation, json::Reader::one_member);
    out += '}';
}

void write_conversation_updated(std::string& out, const whispr::Conversation& conversation) {
    out += R"({"conversation":)";
    json::write_summary(out, conversation, json::Reader::all_members);
    out += '}';
}

void write_conversation_gone(std::string& out, whispr::ConversationId conversation) {
    out += R"({"conversation_id":)";
    write(out, conversation);
    out += '}';
}

void write_advanced(std::string& out, whispr::ConversationId conversation) {
    out += R"({"conversationId":)";
    write(out, conversation);
    out += '}';
}

void write_draft_saved(std::string& out, const whispr::Draft& draft) {
    out += R"({"draft":)";
    json::write_draft(out, draft);
    out += '}';
}

void write_draft_removed(std::string& out, whispr::DraftId draft,
                         whispr::ConversationId conversation, whispr::Useq useq) {
    out += R"({"id":)";
    write(out, draft);
    out += R"(,"conversationId":)";
    write(out, conversation);
    out += R"(,"useq":)";
    json::write_number(out, useq);
    out += '}';
}

void write_schedule_changed(std::string& out, const whispr::Schedule& schedule) {
    out += R"({"scheduled_message":)";
    json::write_schedule(out, schedule);
    out += '}';
}

void write_sanction(std::string& out, const whispr::Sanction& sanction) {
    out += R"({"user_id":)";
    write(out, sanction.user);
    out += R"(,"reason":)";
    json::write_text(out, sanction.reason);
    if (sanction.type == whispr::SanctionType::mute) {
        out += R"(,"expires_at":)";
        if (sanction.expires_at) {
            write(out, *sanction.expires_at);
        } else {
            out += "null";
        }
    }
    out += '}';
}

void write_sanction_lifted(std::string& out, const whispr::Sanction& sanction) {
    out += R"({"user_id":)";
    write(out, sanction.user);
    out += R"(,"sanction_type":")";
    out += whispr::to_string(sanction.type);
    out += "\"}";
}

}  // namespace edge::phoenix
