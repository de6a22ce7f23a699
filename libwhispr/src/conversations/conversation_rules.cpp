#include "conversations/conversation_rules.hpp"

#include "conversations/conversation_view.hpp"
#include "messages/send_message.hpp"
#include "metadata/metadata.hpp"

namespace whispr {

Result<Access> enter(ReadStorage& storage, ConversationId id, UserId caller) {
    auto access = storage.access(id, caller);
    if (!access) return access.error();
    if (!*access) {
        return Error{
            Errc::conversation_not_found, "conversation " + id.to_string() + " was not found", {}};
    }
    if (!(*access)->member || !(*access)->member->active) {
        return Error{
            Errc::not_a_member,
            "user " + caller.to_string() + " is not a member of conversation " + id.to_string(),
            {}};
    }
    return **std::move(access);
}

std::optional<Error> refuse_closed(const ConversationEntry& conversation) {
    if (conversation.row.active) return std::nullopt;
    return Error{Errc::forbidden, "the conversation was closed by an admin", {}};
}

bool manages_members(const MemberRow* member) noexcept {
    return member != nullptr && member->active &&
           (member->role == Role::admin || member->role == Role::owner);
}

std::optional<FieldError> refuse_group_name(std::string_view metadata) {
    const auto name = metadata_field(metadata, "name");
    if (!name) return FieldError{"metadata", "Group conversations must have a name"};
    if (!name->is_string || name->text.empty()) {
        return FieldError{"metadata", "Group name must be a string"};
    }
    if (name->text.size() > limits::group_name_bytes) {
        return FieldError{"metadata", "Group name cannot exceed 100 characters"};
    }
    if (name->text.find('\0') != std::string::npos) return FieldError{"metadata", "is invalid"};
    return std::nullopt;
}

const MemberRow* successor(const ConversationEntry& conversation) noexcept {
    const MemberRow* oldest = nullptr;
    for (const MemberRow& member : conversation.members->rows) {
        if (!member.active) continue;
        if (manages_members(&member)) return nullptr;
        if (oldest == nullptr || member.joined_at < oldest->joined_at) oldest = &member;
    }
    return oldest;
}

void end_membership(WorkingSet& set, ConversationEntry& conversation, MemberRow member,
                    UserId actor, MessageId system_message) {
    member.active = false;
    const Eseq eseq = conversation.put_member(member);
    set.tell(conversation, eseq, actor, MemberRemoved{member.user});
    if (conversation.row.type == ConversationType::direct) return;
    if (const MemberRow* const next = successor(conversation)) {
        MemberRow promoted = *next;
        promoted.role = Role::admin;
        const Eseq promotion = conversation.put_member(promoted);
        set.tell(conversation, promotion, system_user, MemberRoleChanged{to_member(promoted)});
    }
    if (conversation.row.member_count > 0) {
        tell_membership(set, conversation, system_message, member.user, false);
    }
}

void tell_membership(WorkingSet& set, ConversationEntry& conversation, MessageId id, UserId user,
                     bool joined) {
    MessageRow row;
    row.id = id;
    row.sender = system_user;
    row.type = MessageType::system;
    row.content = joined ? "User joined conversation" : "User left conversation";
    row.metadata = std::string(R"({"action":")") + (joined ? "member_joined" : "member_left") +
                   R"(","user_id":")" + user.to_string() + "\"}";
    append_message(set, conversation, std::move(row), std::nullopt);
}

}  // namespace whispr
