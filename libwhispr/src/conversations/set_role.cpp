#include <algorithm>

#include "conversations/conversation_rules.hpp"
#include "conversations/conversation_view.hpp"
#include "conversations/use_cases.hpp"
#include "engine/answering_command.hpp"
#include "messages/message_rules.hpp"

namespace whispr {

namespace {

class SetRoleCommand final : public AnsweringCommand<Member> {
 public:
    SetRoleCommand(UserId caller, ConversationId id, UserId user, Role role,
                   Completion<Member> done)
        : AnsweringCommand(id, caller, std::move(done)), user_(user), role_(role) {}

 protected:
    Result<Member> decide(WorkingSet& set) override {
        const auto entered = membership(set, conversation(), caller());
        if (!entered) return entered.error();
        ConversationEntry& found = **entered;
        const bool may = found.row.type == ConversationType::group &&
                         manages_members(found.active_member(caller()));
        if (!may) return Error{Errc::forbidden, "only a group's admins may give roles", {}};
        const MemberRow* const member = found.active_member(user_);
        if (member == nullptr) {
            return Error{
                Errc::member_not_found, "user " + user_.to_string() + " is not a member", {}};
        }
        if (role_ == Role::owner) return invalid_field("role", "is invalid");
        if (member->role == role_) return to_member(*member);
        if (const auto refused = refuse(found, *member)) return *refused;

        MemberRow changed = *member;
        changed.role = role_;
        const Eseq eseq = found.put_member(changed);
        set.tell(found, eseq, caller(), MemberRoleChanged{to_member(changed)});
        return to_member(changed);
    }

 private:
    [[nodiscard]] std::optional<Error> refuse(const ConversationEntry& found,
                                              const MemberRow& member) const {
        // What cannot be given cannot be taken away by others either.
        if (member.role == Role::owner && user_ != caller()) {
            return Error{Errc::forbidden, "only the owner may lay the ownership down", {}};
        }
        const auto& rows = found.members->rows;
        const bool another = std::any_of(rows.begin(), rows.end(), [this](const MemberRow& row) {
            return row.user != user_ && manages_members(&row);
        });
        if (role_ != Role::admin && manages_members(&member) && !another) {
            return Error{Errc::limit_reached, "a group needs at least one admin", {}};
        }
        return std::nullopt;
    }

    const UserId user_;
    const Role role_;
};

}  // namespace

std::unique_ptr<Command> make_set_role(UserId caller, ConversationId id, UserId user, Role role,
                                       Completion<Member> done) {
    return std::make_unique<SetRoleCommand>(caller, id, user, role, std::move(done));
}

}  // namespace whispr
