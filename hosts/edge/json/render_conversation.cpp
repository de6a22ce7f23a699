#include "edge/json/document.hpp"
#include "edge/json/render.hpp"
#include "edge/json/text.hpp"

namespace edge::json {

namespace {

using whispr::Conversation;

// The JSON text of metadata's "name", quotes and all; "null" without one. Most conversations are
// direct and have none, so the parser runs only when the word occurs.
void write_name(std::string& out, const Conversation& conversation) {
    if (conversation.metadata.find(R"("name")") != std::string::npos) {
        static thread_local Document document;
        if (document.read(conversation.metadata)) {
            const Value name = document.root().find("name");
            if (name.kind == Kind::string) {
                write_text(out, name.text);
                return;
            }
        }
    }
    out += "null";
}

void write_member_ids(std::string& out, const Conversation& conversation) {
    out += '[';
    bool first = true;
    for (const auto& member : conversation.members) {
        if (!first) out += ',';
        first = false;
        write(out, member.user);
    }
    out += ']';
}

void write_numbers(std::string& out, const Conversation& conversation) {
    out += R"(,"mseq":)";
    write_number(out, conversation.mseq);
    out += R"(,"eseq":)";
    write_number(out, conversation.eseq);
}

void write_newest(std::string& out, const Conversation& conversation) {
    if (conversation.last_message) {
        write_last_message(out, *conversation.last_message);
    } else {
        out += "null";
    }
}

void write_members(std::string& out, const Conversation& conversation) {
    out += R"(,"members":[)";
    bool first = true;
    for (const auto& member : conversation.members) {
        if (!first) out += ',';
        first = false;
        write_member(out, member);
    }
    out += R"(],"memberCount":)";
    write_number(out, static_cast<std::int64_t>(conversation.member_count));
}

// Of one member: unread, switches, and the newest message that this one may see.
void write_own_state(std::string& out, const Conversation& conversation) {
    out += R"(,"is_pinned":)";
    write_bool(out, conversation.settings.pinned);
    out += R"(,"is_archived":)";
    write_bool(out, conversation.settings.archived);
    out += R"(,"is_muted":)";
    write_bool(out, conversation.settings.muted);
    out += R"(,"unread_count":)";
    write_number(out, static_cast<std::int64_t>(conversation.unread));
    out += R"(,"last_message":)";
    write_newest(out, conversation);
}

}  // namespace

void write_conversation(std::string& out, const Conversation& conversation, Detail detail) {
    const bool direct = conversation.type == whispr::ConversationType::direct;
    out += R"({"id":)";
    write(out, conversation.id);
    out += R"(,"type":")";
    out += whispr::to_string(conversation.type);
    out += R"(","name":)";
    write_name(out, conversation);
    out += R"(,"externalGroupId":)";
    if (conversation.external_group_id) {
        write(out, *conversation.external_group_id);
    } else {
        out += "null";
    }
    out += R"(,"metadata":)";
    out += conversation.metadata;
    out += R"(,"isActive":)";
    write_bool(out, conversation.active);
    out += R"(,"isPinned":)";
    write_bool(out, conversation.settings.pinned);
    out += R"(,"isArchived":)";
    write_bool(out, conversation.settings.archived);
    out += R"(,"isMuted":)";
    write_bool(out, conversation.settings.muted);
    out += R"(,"insertedAt":)";
    write(out, conversation.created_at);
    out += R"(,"createdAt":)";
    write(out, conversation.created_at);
    out += R"(,"updatedAt":)";
    write(out, conversation.updated_at);
    out += R"(,"lastActivityAt":)";
    write(out, conversation.last_activity_at);
    out += R"(,"unreadCount":)";
    write_number(out, static_cast<std::int64_t>(conversation.unread));
    out += R"(,"lastMessage":)";
    write_newest(out, conversation);
    write_numbers(out, conversation);
    if (direct) {
        out += R"(,"memberUserIds":)";
        write_member_ids(out, conversation);
    }
    if (detail == Detail::with_members) write_members(out, conversation);
    out += '}';
}

void write_summary(std::string& out, const Conversation& conversation, Reader reader) {
    out += R"({"id":)";
    write(out, conversation.id);
    out += R"(,"type":")";
    out += whispr::to_string(conversation.type);
    out += R"(","name":)";
    write_name(out, conversation);
    out += R"(,"metadata":)";
    out += conversation.metadata;
    out += R"(,"is_active":)";
    write_bool(out, conversation.active);
    if (reader == Reader::one_member) write_own_state(out, conversation);
    out += R"(,"last_activity":)";
    write(out, conversation.last_activity_at);
    out += R"(,"member_count":)";
    write_number(out, static_cast<std::int64_t>(conversation.member_count));
    out += R"(,"created_at":)";
    write(out, conversation.created_at);
    out += R"(,"inserted_at":)";
    write(out, conversation.created_at);
    out += R"(,"updated_at":)";
    write(out, conversation.updated_at);
    write_numbers(out, conversation);
    if (conversation.type == whispr::ConversationType::direct) {
        out += R"(,"member_user_ids":)";
        write_member_ids(out, conversation);
    }
    out += '}';
}

void write_joined_conversation(std::string& out, const Conversation& conversation) {
    out += R"({"id":)";
    write(out, conversation.id);
    out += R"(,"type":")";
    out += whispr::to_string(conversation.type);
    out += R"(","metadata":)";
    out += conversation.metadata;
    out += R"(,"is_active":)";
    write_bool(out, conversation.active);
    write_numbers(out, conversation);
    out += '}';
}

void write_member(std::string& out, const whispr::Member& member) {
    out += R"({"userId":)";
    write(out, member.user);
    out += R"(,"role":")";
    out += whispr::to_string(member.role);
    out += R"(","joinedAt":)";
    write(out, member.joined_at);
    out += R"(,"isActive":)";
    write_bool(out, member.active);
    out += '}';
}

void write_settings(std::string& out, const whispr::MemberSettings& settings) {
    out += R"({"notifications":)";
    write_bool(out, settings.notifications);
    out += R"(,"sound_enabled":)";
    write_bool(out, settings.sound_enabled);
    out += R"(,"desktop_notifications":)";
    write_bool(out, settings.desktop_notifications);
    out += R"(,"mobile_notifications":)";
    write_bool(out, settings.mobile_notifications);
    out += R"(,"mention_notifications":)";
    write_bool(out, settings.mention_notifications);
    out += R"(,"is_muted":)";
    write_bool(out, settings.muted);
    out += R"(,"custom_name":)";
    if (settings.custom_name) {
        write_text(out, *settings.custom_name);
    } else {
        out += "null";
    }
    out += '}';
}

}  // namespace edge::json
