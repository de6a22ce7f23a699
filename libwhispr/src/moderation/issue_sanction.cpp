#include "conversations/conversation_rules.hpp"
#include "engine/answering_command.hpp"
#include "moderation/sanction_rules.hpp"
#include "moderation/use_cases.hpp"

namespace whispr {

namespace {

class Issue final : public AnsweringCommand<Sanction> {
 public:
    Issue(UserId caller, IssueSanction command, const SanctionIds& ids, Completion<Sanction> done)
        : AnsweringCommand(command.conversation, caller, std::move(done),
                           512 + command.reason.size()),
          command_(std::move(command)),
          ids_(ids) {}

    void load(const WorkingSet& set, LoadKeys& keys) const override {
        if (const auto* const found = set.conversation(conversation())) {
            keys.moderation.sanctions_of.push_back({found->row.no, command_.user});
        }
    }

 protected:
    Result<Sanction> decide(WorkingSet& set) override {
        ConversationEntry* const found = set.conversation(conversation());
        if (found == nullptr) {
            return Error{Errc::conversation_not_found,
                         "conversation " + conversation().to_string() + " was not found",
                         {}};
        }
        // Who has left may come back, and then is still muted; but only a member can be removed.
        const MemberRow* const member = found->member(command_.user);
        const bool kick = command_.type == SanctionType::kick;
        if (member == nullptr || (kick && !member->active)) {
            return Error{Errc::member_not_found,
                         "user " + command_.user.to_string() + " is not a member",
                         {}};
        }
        if (command_.expires_at && *command_.expires_at <= set.now) {
            return invalid_field("expires_at", "must be in the future");
        }

        const SanctionRow row{.id = ids_.sanction,
                              .user = command_.user,
                              .type = command_.type,
                              .reason = command_.reason,
                              .issued_by = caller(),
                              .expires_at = command_.expires_at,
                              .lifted = false,
                              .created_at = set.now};
        set.moderation.rows.sanctions.emplace_back(found->row.no, row);
        set.moderation.changes.sanctions_created.push_back({conversation(), row, true});
        const Sanction sanction = to_sanction(row, conversation(), set.now);
        const MemberRow before = *member;
        const Eseq eseq = settle_member(set, *found, command_.user, command_.type);
        tell(set, *found, eseq, sanction);
        // After he was told why, since he is told nothing afterwards.
        if (kick) end_membership(set, *found, before, caller(), ids_.system_message);
        set.tell_host(conversation(), caller(), SanctionApplied{sanction});
        return sanction;
    }

 private:
    // Nobody is told of a shadow restriction, but nobody must miss a number.
    void tell(WorkingSet& set, const ConversationEntry& found, Eseq eseq,
              const Sanction& sanction) const {
        if (command_.type == SanctionType::shadow_restrict) {
            set.tell(found, eseq, system_user, Advanced{});
        } else {
            set.tell(found, eseq, caller(), SanctionIssued{sanction});
        }
    }

    const IssueSanction command_;
    const SanctionIds ids_;
};

}  // namespace

std::unique_ptr<Command> make_sanction(UserId caller, IssueSanction command, const SanctionIds& ids,
                                       Completion<Sanction> done) {
    return std::make_unique<Issue>(caller, std::move(command), ids, std::move(done));
}

}  // namespace whispr
