#include "edge/phoenix/payloads.hpp"

#include "edge/json/render.hpp"
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

}  // namespace edge::phoenix
