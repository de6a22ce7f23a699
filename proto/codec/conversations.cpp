#include "proto/codec/conversations.hpp"

#include "proto/codec/messages.hpp"
#include "whispr/limits.hpp"

namespace whispr::codec {

v1::Role encode(Role role) noexcept {
    switch (role) {
        case Role::member:
            return v1::ROLE_MEMBER;
        case Role::moderator:
            return v1::ROLE_MODERATOR;
        case Role::admin:
            return v1::ROLE_ADMIN;
        case Role::owner:
            return v1::ROLE_OWNER;
    }
    return v1::ROLE_UNSPECIFIED;
}

std::optional<Role> decode(v1::Role role) {
    switch (role) {
        case v1::ROLE_MEMBER:
            return Role::member;
        case v1::ROLE_MODERATOR:
            return Role::moderator;
        case v1::ROLE_ADMIN:
            return Role::admin;
        case v1::ROLE_OWNER:
            return Role::owner;
        default:
            return std::nullopt;
    }
}

void encode(const Member& member, v1::Member& out) {
    out.set_user_id(member.user.to_string());
    out.set_role(encode(member.role));
    encode(member.joined_at, *out.mutable_joined_at());
    out.set_active(member.active);
}

void encode(const MemberSettings& settings, v1::MemberSettings& out) {
    out.set_notifications(settings.notifications);
    out.set_sound_enabled(settings.sound_enabled);
    out.set_desktop_notifications(settings.desktop_notifications);
    out.set_mobile_notifications(settings.mobile_notifications);
    out.set_mention_notifications(settings.mention_notifications);
    out.set_muted(settings.muted);
    if (settings.custom_name) out.set_custom_name(*settings.custom_name);
    out.set_pinned(settings.pinned);
    out.set_archived(settings.archived);
}

void encode(const Conversation& conversation, Seen seen, v1::Conversation& out) {
    out.set_id(conversation.id.to_string());
    out.set_type(conversation.type == ConversationType::direct ? v1::CONVERSATION_TYPE_DIRECT
                                                               : v1::CONVERSATION_TYPE_GROUP);
    out.set_metadata(conversation.metadata);
    if (conversation.external_group_id)
        out.set_external_group_id(conversation.external_group_id->to_string());
    out.set_active(conversation.active);
    encode(conversation.created_at, *out.mutable_created_at());
    encode(conversation.updated_at, *out.mutable_updated_at());
    encode(conversation.last_activity_at, *out.mutable_last_activity_at());
    out.set_mseq(conversation.mseq);
    out.set_eseq(conversation.eseq);
    out.set_member_count(static_cast<std::int32_t>(conversation.member_count));
    for (const auto& member : conversation.members)
        encode(member, *out.add_members());
    if (seen == Seen::by_everyone) return;
    v1::MemberState& state = *out.mutable_state();
    encode(conversation.settings, *state.mutable_settings());
    state.set_role(encode(conversation.role));
    state.set_read_mseq(conversation.read_mseq);
    state.set_unread(static_cast<std::int32_t>(conversation.unread));
    if (conversation.last_message) encode(*conversation.last_message, *out.mutable_last_message());
}

void encode(const ConversationList& list, v1::ListConversationsResponse& out) {
    for (const auto& conversation : list.conversations)
        encode(conversation, Seen::by_member, *out.add_conversations());
    out.set_has_more(list.has_more);
}

Result<CreateDirect> decode(const v1::CreateDirectRequest& request) {
    Fields fields;
    CreateDirect command;
    command.other = fields.id<UserId>("other_user_id", request.other_user_id());
    command.metadata = Fields::object_or_empty(request.metadata());
    return fields.finish(std::move(command));
}

Result<CreateGroup> decode(const v1::CreateGroupRequest& request) {
    Fields fields;
    CreateGroup command;
    command.name = request.name();
    for (const auto& user : request.user_ids())
        command.members.push_back(fields.id<UserId>("user_ids", user));
    command.metadata = Fields::object_or_empty(request.metadata());
    command.external_group_id = fields.optional_id<Uuid>(
        "external_group_id", request.has_external_group_id(), request.external_group_id());
    command.op_id = fields.optional_id<OpId>("op_id", request.has_op_id(), request.op_id());
    return fields.finish(std::move(command));
}

Result<UpdateConversation> decode(const v1::UpdateConversationRequest& request) {
    Fields fields;
    UpdateConversation command;
    command.conversation = fields.id<ConversationId>("conversation_id", request.conversation_id());
    if (request.has_name()) command.name = request.name();
    command.metadata = request.metadata();
    return fields.finish(std::move(command));
}

Result<ListConversations> decode(const v1::ListConversationsRequest& request) {
    Fields fields;
    ListConversations list;
    if (request.type() == v1::CONVERSATION_TYPE_DIRECT) list.type = ConversationType::direct;
    if (request.type() == v1::CONVERSATION_TYPE_GROUP) list.type = ConversationType::group;
    if (!list.type && request.type() != v1::CONVERSATION_TYPE_UNSPECIFIED)
        fields.wrong("type", "is invalid");
    list.include_archived = !request.without_archived();
    list.only_archived = request.only_archived();
    list.limit = fields.limit(request.limit(), 50, limits::page_rows);
    list.offset = fields.offset("offset", request.offset());
    return fields.finish(list);
}

Result<UpdateSettings> decode(const v1::UpdateSettingsRequest& request) {
    Fields fields;
    UpdateSettings command;
    command.conversation = fields.id<ConversationId>("conversation_id", request.conversation_id());
    if (request.has_notifications()) command.notifications = request.notifications();
    if (request.has_sound_enabled()) command.sound_enabled = request.sound_enabled();
    if (request.has_desktop_notifications())
        command.desktop_notifications = request.desktop_notifications();
    if (request.has_mobile_notifications())
        command.mobile_notifications = request.mobile_notifications();
    if (request.has_mention_notifications())
        command.mention_notifications = request.mention_notifications();
    if (request.has_muted()) command.muted = request.muted();
    if (request.has_custom_name()) {
        command.custom_name.emplace();
        if (!request.custom_name().empty()) command.custom_name->emplace(request.custom_name());
    }
    return fields.finish(std::move(command));
}

}  // namespace whispr::codec
