#include "conversations/conversation_view.hpp"

#include <algorithm>
#include <utility>

#include "messages/message_view.hpp"

namespace whispr {

namespace {

std::vector<Member> active_members(const MemberList& list) {
    std::vector<Member> members;
    for (const MemberRow& row : list.rows) {
        if (row.active) members.push_back(to_member(row));
    }
    std::stable_sort(members.begin(), members.end(),
                     [](const Member& a, const Member& b) { return a.joined_at < b.joined_at; });
    return members;
}

}  // namespace

Member to_member(const MemberRow& row) {
    return Member{row.user, row.role, row.joined_at, row.active};
}

Conversation to_conversation(const ConversationRow& row) {
    Conversation conversation;
    conversation.id = row.id;
    conversation.type = row.type;
    conversation.metadata = row.metadata;
    conversation.external_group_id = row.external_group_id;
    conversation.active = row.active;
    conversation.created_at = row.created_at;
    conversation.updated_at = row.updated_at;
    conversation.last_activity_at = row.last_activity_at;
    conversation.mseq = row.mseq;
    conversation.eseq = row.eseq;
    conversation.member_count = row.member_count;
    return conversation;
}

Conversation to_conversation(ConversationEntry& entry, UserId caller) {
    Conversation conversation = to_conversation(entry.row);
    conversation.members = active_members(*entry.members);
    if (const MemberRow* member = entry.active_member(caller)) conversation.role = member->role;
    if (const OwnEntry* own = entry.own(caller)) {
        conversation.settings = own->membership.settings;
        conversation.read_mseq = own->position.read_mseq;
    }
    return conversation;
}

std::shared_ptr<const Conversation> shared_conversation(const ConversationEntry& entry) {
    auto conversation = std::make_shared<Conversation>(to_conversation(entry.row));
    conversation->members = active_members(*entry.members);
    return conversation;
}

Conversation to_conversation(ListedConversation listed) {
    Conversation conversation = to_conversation(listed.conversation);
    conversation.role = listed.member.role;
    conversation.settings = std::move(listed.membership.settings);
    conversation.read_mseq = listed.position.read_mseq;
    conversation.unread = listed.unread;
    for (const MemberRow& row : listed.members) {
        conversation.members.push_back(to_member(row));
    }
    if (listed.last_message) {
        conversation.last_message = to_message(*listed.last_message, std::nullopt);
        conversation.last_message->status =
            status_of(listed.last_message->mseq, listed.last_message->sender, listed.positions);
    }
    return conversation;
}

}  // namespace whispr
