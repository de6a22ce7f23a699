#include <algorithm>

#include "engine/answering_command.hpp"
#include "moderation/sanction_rules.hpp"
#include "moderation/use_cases.hpp"

namespace whispr {

namespace {

class Lift final : public AnsweringCommand<Sanction> {
 public:
    Lift(UserId caller, SanctionId sanction, const SanctionPlace& place, Completion<Sanction> done)
        : AnsweringCommand(place.conversation, caller, std::move(done)),
          sanction_(sanction),
          place_(place) {}

    void load(const WorkingSet&, LoadKeys& keys) const override {
        keys.moderation.sanctions.emplace_back(place_.no, sanction_);
        // The others decide what remains of it.
        keys.moderation.sanctions_of.push_back({place_.no, place_.user});
    }

 protected:
    Result<Sanction> decide(WorkingSet& set) override {
        ConversationEntry* const found = set.conversation(conversation());
        auto& rows = set.moderation.rows.sanctions;
        const auto at = std::find_if(rows.begin(), rows.end(), [&](const auto& numbered) {
            return numbered.second.id == sanction_;
        });
        if (found == nullptr || at == rows.end()) {
            return Error{
                Errc::not_found, "sanction " + sanction_.to_string() + " was not found", {}};
        }
        SanctionRow& row = at->second;
        if (!in_force(row, set.now)) {
            return Error{Errc::no_change,
                         "sanction " + sanction_.to_string() + " is not in force any more",
                         {}};
        }
        row.lifted = true;
        set.moderation.changes.sanctions_changed.push_back({conversation(), row, false});
        const Sanction sanction = to_sanction(row, conversation(), set.now);
        const Eseq eseq = settle_member(set, *found, row.user, row.type);
        if (row.type == SanctionType::shadow_restrict) {
            set.tell(*found, eseq, system_user, Advanced{});
        } else {
            set.tell(*found, eseq, caller(), SanctionLifted{sanction});
        }
        return sanction;
    }

 private:
    const SanctionId sanction_;
    const SanctionPlace place_;
};

}  // namespace

std::unique_ptr<Command> make_lift(UserId caller, SanctionId sanction, const SanctionPlace& place,
                                   Completion<Sanction> done) {
    return std::make_unique<Lift>(caller, sanction, place, std::move(done));
}

}  // namespace whispr
