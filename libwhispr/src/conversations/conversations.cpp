#include "whispr/conversations.hpp"

#include "conversations/use_cases.hpp"
#include "engine/core.hpp"

namespace whispr {

void Conversations::create_direct(const Caller& caller, CreateDirect command,
                                  Completion<Conversation> done) {
    if (command.other == caller.user) {
        return done(Error{Errc::with_self, "a direct conversation needs another user", {}});
    }
    core_.submit(make_create_direct(caller.user, std::move(command), ConversationId{core_.new_id()},
                                    core_.contacts(), std::move(done)));
}

void Conversations::create_group(const Caller& caller, CreateGroup command,
                                 Completion<Conversation> done) {
    core_.submit(make_create_group(caller.user, std::move(command), ConversationId{core_.new_id()},
                                   core_.limits(), std::move(done)));
}

void Conversations::update(const Caller& caller, UpdateConversation command,
                           Completion<Conversation> done) {
    core_.submit(make_update_conversation(caller.user, std::move(command), std::move(done)));
}

void Conversations::remove(const Caller& caller, ConversationId conversation, bool for_everyone,
                           Completion<Removal> done) {
    core_.submit(
        make_remove_conversation(caller.user, conversation, for_everyone, std::move(done)));
}

void Conversations::add_member(const Caller& caller, ConversationId conversation, UserId user,
                               Completion<Member> done) {
    core_.submit(make_add_member(caller.user, conversation, user, MessageId{core_.new_id()},
                                 core_.limits(), std::move(done)));
}

void Conversations::remove_member(const Caller& caller, ConversationId conversation, UserId user,
                                  Completion<Removal> done) {
    core_.submit(make_remove_member(caller.user, conversation, user, MessageId{core_.new_id()},
                                    std::move(done)));
}

void Conversations::update_settings(const Caller& caller, UpdateSettings command,
                                    Completion<MemberSettings> done) {
    core_.submit(make_update_settings(caller.user, std::move(command), std::move(done)));
}

void Conversations::set_pinned(const Caller& caller, ConversationId conversation, bool pinned,
                               Completion<MemberSettings> done) {
    core_.submit(
        make_set_list_state(caller.user, conversation, ListState::pinned, pinned, std::move(done)));
}

void Conversations::set_archived(const Caller& caller, ConversationId conversation, bool archived,
                                 Completion<MemberSettings> done) {
    core_.submit(make_set_list_state(caller.user, conversation, ListState::archived, archived,
                                     std::move(done)));
}

void Conversations::set_role(const Caller& caller, ConversationId conversation, UserId user,
                             Role role, Completion<Member> done) {
    core_.submit(make_set_role(caller.user, conversation, user, role, std::move(done)));
}

}  // namespace whispr
