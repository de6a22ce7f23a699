#include "conversations/conversation_rules.hpp"
#include "conversations/conversation_view.hpp"
#include "conversations/group_policy.hpp"
#include "conversations/use_cases.hpp"
#include "engine/answering_command.hpp"
#include "messages/message_rules.hpp"

namespace whispr {

namespace {

class AddMemberCommand final : public AnsweringCommand<Member> {
 public:
    AddMemberCommand(UserId caller, ConversationId id, UserId user, MessageId system_message,
                     const Limits& limits, Completion<Member> done)
        : AnsweringCommand(id, caller, std::move(done)),
          user_(user),
          system_message_(system_message),
          limits_(limits) {}

 protected:
    Result<Member> decide(WorkingSet& set) override {
        const auto entered = membership(set, conversation(), caller());
        if (!entered) return entered.error();
        ConversationEntry& found = **entered;
        if (const auto refused = refuse(found)) return *refused;

        // Who comes back is a plain member; a sanction goes on all the same.
        const MemberRow* const known = found.member(user_);
        MemberRow member = known != nullptr ? *known : MemberRow{};
        member.user = user_;
        member.role = Role::member;
        member.active = true;
        member.joined_at = set.now;
        const Eseq eseq = found.put_member(member);
        const Member added = to_member(member);
        set.tell(found, eseq, caller(), MemberAdded{added, shared_conversation(found)});
        tell_membership(set, found, system_message_, user_, true);
        return added;
    }

 private:
    [[nodiscard]] std::optional<Error> refuse(const ConversationEntry& found) const {
        if (found.row.type == ConversationType::direct) {
            if (found.member(user_) != nullptr) return taken();
            return invalid_field("conversation_id",
                                 "a direct conversation has exactly two members");
        }
        if (auto refused = refuse_closed(found)) return refused;
        if (!may_add_members(found, *found.active_member(caller()))) {
            return Error{Errc::forbidden, "the caller's role does not allow to add members", {}};
        }
        if (found.active_member(user_) != nullptr) return taken();
        if (found.row.member_count >= limits_.group_members) {
            return Error{
                Errc::limit_reached,
                "a group has at most " + std::to_string(limits_.group_members) + " members",
                {{"user_id", "the group is full"}}};
        }
        return std::nullopt;
    }

    [[nodiscard]] Error taken() const {
        return Error{Errc::already_exists,
                     "user " + user_.to_string() + " is a member already",
                     {{"conversation_id", "has already been taken"}}};
    }

    const UserId user_;
    const MessageId system_message_;
    const Limits& limits_;
};

}  // namespace

std::unique_ptr<Command> make_add_member(UserId caller, ConversationId id, UserId user,
                                         MessageId system_message, const Limits& limits,
                                         Completion<Member> done) {
    return std::make_unique<AddMemberCommand>(caller, id, user, system_message, limits,
                                              std::move(done));
}

}  // namespace whispr
