#include "conversations/conversation_rules.hpp"
#include "conversations/use_cases.hpp"
#include "engine/answering_command.hpp"
#include "messages/message_rules.hpp"

namespace whispr {

namespace {

class RemoveCommand final : public AnsweringCommand<Removal> {
 public:
    RemoveCommand(UserId caller, ConversationId id, bool for_everyone, Completion<Removal> done)
        : AnsweringCommand(id, caller, std::move(done)), for_everyone_(for_everyone) {}

    void load(const WorkingSet& set, LoadKeys& keys) const override {
        if (const auto* found = set.conversation(conversation())) {
            keys.own.push_back({found->row.no, caller()});
            keys.users.push_back(caller());
        }
    }

 protected:
    Result<Removal> decide(WorkingSet& set) override {
        const auto entered = membership(set, conversation(), caller());
        if (!entered) return entered.error();
        ConversationEntry& found = **entered;
        if (for_everyone_) {
            const bool may = found.row.type == ConversationType::group &&
                             manages_members(found.active_member(caller()));
            if (!may) {
                return Error{
                    Errc::forbidden, "only a group's admin may delete it for everyone", {}};
            }
            deactivate(set, found);
        } else {
            hide(set, found);
        }
        return Removal{conversation(), caller(), for_everyone_};
    }

 private:
    void deactivate(WorkingSet& set, ConversationEntry& found) const {
        if (!found.row.active) return;
        found.row.active = false;
        found.row.updated_at = set.now;
        found.row.policy_eseq = found.next_eseq();
        found.policy_changed = true;
        set.tell(found, found.row.policy_eseq, caller(), ConversationDeactivated{});
    }

    void hide(WorkingSet& set, ConversationEntry& found) const {
        OwnEntry* const own = found.own(caller());
        if (own == nullptr || own->membership.hidden_mseq == found.row.mseq) return;
        own->membership.hidden_mseq = found.row.mseq;
        own->membership.last_useq = set.next_useq(caller());
        own->membership_changed = true;
        set.tell_user(found, caller(), own->membership.last_useq, ConversationHidden{});
    }

    const bool for_everyone_;
};

}  // namespace

std::unique_ptr<Command> make_remove_conversation(UserId caller, ConversationId id,
                                                  bool for_everyone, Completion<Removal> done) {
    return std::make_unique<RemoveCommand>(caller, id, for_everyone, std::move(done));
}

}  // namespace whispr
