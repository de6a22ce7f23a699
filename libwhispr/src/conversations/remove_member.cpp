#include "conversations/conversation_rules.hpp"
#include "conversations/use_cases.hpp"
#include "engine/answering_command.hpp"

namespace whispr {

namespace {

class RemoveMemberCommand final : public AnsweringCommand<Removal> {
 public:
    RemoveMemberCommand(UserId caller, ConversationId id, UserId user, MessageId system_message,
                        Completion<Removal> done)
        : AnsweringCommand(id, caller, std::move(done)),
          user_(user),
          system_message_(system_message) {}

 protected:
    // Existing clients rely on the order of the checks: conversation, member, right.
    Result<Removal> decide(WorkingSet& set) override {
        ConversationEntry* const found = set.conversation(conversation());
        if (found == nullptr) {
            return Error{Errc::conversation_not_found,
                         "conversation " + conversation().to_string() + " was not found",
                         {}};
        }
        const bool self = user_ == caller();
        const bool manages = found->row.type == ConversationType::group &&
                             manages_members(found->active_member(caller()));
        // Who is not a member learns nothing about who is.
        if (found->active_member(caller()) == nullptr && !self) {
            return Error{Errc::not_a_member, "only members may remove members", {}};
        }
        const MemberRow* const member = found->member(user_);
        if (member == nullptr) {
            return Error{
                Errc::member_not_found, "user " + user_.to_string() + " is not a member", {}};
        }
        if (!self && !manages) return Error{Errc::forbidden, "only admins may remove members", {}};
        if (member->active) end_membership(set, *found, *member, caller(), system_message_);
        return Removal{conversation(), user_, false};
    }

 private:
    const UserId user_;
    const MessageId system_message_;
};

}  // namespace

std::unique_ptr<Command> make_remove_member(UserId caller, ConversationId id, UserId user,
                                            MessageId system_message, Completion<Removal> done) {
    return std::make_unique<RemoveMemberCommand>(caller, id, user, system_message, std::move(done));
}

}  // namespace whispr
