#include "conversations/use_cases.hpp"
#include "engine/answering_command.hpp"
#include "messages/message_rules.hpp"
#include "plain_text.hpp"
#include "whispr/limits.hpp"

namespace whispr {

namespace {

class UpdateSettingsCommand final : public AnsweringCommand<MemberSettings> {
 public:
    UpdateSettingsCommand(UserId caller, UpdateSettings command, Completion<MemberSettings> done)
        : AnsweringCommand(command.conversation, caller, std::move(done)),
          command_(std::move(command)) {}

    void load(const WorkingSet& set, LoadKeys& keys) const override {
        if (const auto* found = set.conversation(conversation())) {
            keys.own.push_back({found->row.no, caller()});
            keys.users.push_back(caller());
        }
    }

 protected:
    Result<MemberSettings> decide(WorkingSet& set) override {
        const auto entered = membership(set, conversation(), caller());
        if (!entered) return entered.error();
        if (const auto wrong = refuse_name()) return invalid_field("custom_name", *wrong);
        OwnEntry* const own = (*entered)->own(caller());
        if (own == nullptr) {
            return Error{Errc::internal, "the caller's membership has no row of its own", {}};
        }
        const MemberSettings changed = merged(own->membership.settings);
        const bool muted_named = command_.muted.has_value();
        if (changed != own->membership.settings || muted_named) {
            own->membership.settings = changed;
            own->membership.last_useq = set.next_useq(caller());
            own->membership_changed = true;
            set.tell_user(**entered, caller(), own->membership.last_useq,
                          SettingsChanged{changed, muted_named});
        }
        return changed;
    }

 private:
    [[nodiscard]] std::optional<std::string> refuse_name() const {
        const auto& name = command_.custom_name;
        if (!name || !*name) return std::nullopt;
        if ((*name)->size() > limits::custom_name_bytes) {
            return "should be at most " + std::to_string(limits::custom_name_bytes) + " byte(s)";
        }
        if (!is_plain_text(**name)) return "is invalid";
        return std::nullopt;
    }

    [[nodiscard]] MemberSettings merged(MemberSettings settings) const {
        const auto take = [](bool& value, const std::optional<bool>& wanted) {
            if (wanted) value = *wanted;
        };
        take(settings.notifications, command_.notifications);
        take(settings.sound_enabled, command_.sound_enabled);
        take(settings.desktop_notifications, command_.desktop_notifications);
        take(settings.mobile_notifications, command_.mobile_notifications);
        take(settings.mention_notifications, command_.mention_notifications);
        take(settings.muted, command_.muted);
        if (command_.custom_name) settings.custom_name = *command_.custom_name;
        return settings;
    }

    const UpdateSettings command_;
};

}  // namespace

std::unique_ptr<Command> make_update_settings(UserId caller, UpdateSettings command,
                                              Completion<MemberSettings> done) {
    return std::make_unique<UpdateSettingsCommand>(caller, std::move(command), std::move(done));
}

}  // namespace whispr
