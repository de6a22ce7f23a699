// Reading conversations: a user's list, or one with its members.
#include <algorithm>

#include "conversations/conversation_rules.hpp"
#include "conversations/conversation_view.hpp"
#include "engine/core.hpp"

namespace whispr {

namespace {

Result<Conversation> read_one(ReadStorage& storage, UserId caller, ConversationId id, Time now) {
    const auto access = enter(storage, id, caller);
    if (!access) return access.error();
    const auto members = storage.members(access->conversation.no);
    if (!members) return members.error();
    const auto unread = storage.unread(access->conversation.no, caller, now);
    if (!unread) return unread.error();

    Conversation conversation = to_conversation(access->conversation);
    for (const MemberRow& row : *members) {
        conversation.members.push_back(to_member(row));
    }
    conversation.role = access->member->role;
    conversation.settings = access->membership->settings;
    conversation.read_mseq = access->position->read_mseq;
    conversation.unread = *unread;
    return conversation;
}

Result<ConversationList> read_list(ReadStorage& storage, UserId caller,
                                   const ListConversations& request, Time now) {
    ListQuery query;
    query.user = caller;
    query.now = now;
    query.type = request.type;
    query.include_archived = request.include_archived;
    query.only_archived = request.only_archived;
    query.limit = std::clamp<std::size_t>(request.limit, 1, limits::page_rows);
    query.offset = std::min(request.offset, limits::conversations_per_user);
    auto rows = storage.list(query);
    if (!rows) return rows.error();

    ConversationList list;
    list.has_more = rows->size() > query.limit;
    if (list.has_more) rows->resize(query.limit);
    list.conversations.reserve(rows->size());
    for (ListedConversation& row : *rows) {
        list.conversations.push_back(to_conversation(std::move(row)));
    }
    return list;
}

}  // namespace

void Conversations::list(const Caller& caller, ListConversations request,
                         Completion<ConversationList> done) {
    core_.read(std::move(done), [&core = core_, user = caller.user, request](ReadStorage& storage) {
        return read_list(storage, user, request, core.now());
    });
}

void Conversations::show(const Caller& caller, ConversationId conversation,
                         Completion<Conversation> done) {
    core_.read(std::move(done),
               [&core = core_, user = caller.user, conversation](ReadStorage& storage) {
                   return read_one(storage, user, conversation, core.now());
               });
}

}  // namespace whispr
