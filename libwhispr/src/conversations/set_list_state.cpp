#include "conversations/use_cases.hpp"
#include "engine/answering_command.hpp"
#include "messages/message_rules.hpp"
#include "whispr/limits.hpp"

namespace whispr {

namespace {

class SetListStateCommand final : public AnsweringCommand<MemberSettings> {
 public:
    SetListStateCommand(UserId caller, ConversationId id, ListState state, bool wanted,
                        Completion<MemberSettings> done)
        : AnsweringCommand(id, caller, std::move(done)), state_(state), wanted_(wanted) {}

    void load(const WorkingSet& set, LoadKeys& keys) const override {
        if (const auto* found = set.conversation(conversation())) {
            keys.own.push_back({found->row.no, caller()});
            keys.users.push_back(caller());
            if (state_ == ListState::pinned) keys.list_pins_of.push_back(caller());
        }
    }

 protected:
    Result<MemberSettings> decide(WorkingSet& set) override {
        const auto entered = membership(set, conversation(), caller());
        if (!entered) return entered.error();
        OwnEntry* const own = (*entered)->own(caller());
        if (own == nullptr) {
            return Error{Errc::internal, "the caller's membership has no row of its own", {}};
        }
        const bool pins = state_ == ListState::pinned;
        MemberSettings& settings = own->membership.settings;
        bool& value = pins ? settings.pinned : settings.archived;
        if (value == wanted_) {
            return Error{Errc::no_change,
                         "conversation " + conversation().to_string() + " is " +
                             (wanted_ ? "" : "not ") + (pins ? "pinned" : "archived"),
                         {}};
        }
        if (pins && !count_pin(set.list_pins[caller()])) {
            return Error{Errc::limit_reached,
                         "a user pins at most " + std::to_string(limits::list_pins_per_user) +
                             " conversations",
                         {}};
        }
        value = wanted_;
        own->membership.last_useq = set.next_useq(caller());
        own->membership_changed = true;
        set.tell_user(**entered, caller(), own->membership.last_useq,
                      SettingsChanged{settings, false, pins, !pins});
        return settings;
    }

 private:
    // False when there is no room for another one. Later commands of the batch see the new count.
    [[nodiscard]] bool count_pin(std::size_t& pins) const {
        if (!wanted_) {
            // Of a member who has come back in this batch it was not counted.
            if (pins > 0) --pins;
            return true;
        }
        if (pins >= limits::list_pins_per_user) return false;
        ++pins;
        return true;
    }

    const ListState state_;
    const bool wanted_;
};

}  // namespace

std::unique_ptr<Command> make_set_list_state(UserId caller, ConversationId id, ListState state,
                                             bool wanted, Completion<MemberSettings> done) {
    return std::make_unique<SetListStateCommand>(caller, id, state, wanted, std::move(done));
}

}  // namespace whispr
