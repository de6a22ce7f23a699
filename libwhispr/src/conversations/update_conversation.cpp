#include "conversations/conversation_rules.hpp"
#include "conversations/conversation_view.hpp"
#include "conversations/group_policy.hpp"
#include "conversations/use_cases.hpp"
#include "engine/answering_command.hpp"
#include "messages/message_rules.hpp"
#include "metadata/metadata.hpp"

namespace whispr {

namespace {

class UpdateCommand final : public AnsweringCommand<Conversation> {
 public:
    UpdateCommand(UserId caller, UpdateConversation command, Completion<Conversation> done)
        : AnsweringCommand(command.conversation, caller, std::move(done),
                           512 + command.metadata.size()),
          command_(std::move(command)) {}

    void load(const WorkingSet& set, LoadKeys& keys) const override {
        if (const auto* found = set.conversation(conversation())) {
            keys.own.push_back({found->row.no, caller()});
        }
    }

 protected:
    Result<Conversation> decide(WorkingSet& set) override {
        const auto entered = membership(set, conversation(), caller());
        if (!entered) return entered.error();
        ConversationEntry& found = **entered;
        auto merged = merged_metadata(found.row);
        if (!merged) return merged.error();
        if (const auto refused = refuse_policy_change(found, *merged)) return *refused;
        if (*merged != found.row.metadata) {
            found.row.metadata = *std::move(merged);
            found.row.updated_at = set.now;
            found.row.policy_eseq = found.next_eseq();
            found.policy_changed = true;
            set.tell(found, found.row.policy_eseq, caller(),
                     ConversationUpdated{shared_conversation(found)});
        }
        return to_conversation(found, caller());
    }

 private:
    [[nodiscard]] Result<std::string> merged_metadata(const ConversationRow& row) const {
        std::optional<std::string> metadata = row.metadata;
        if (!command_.metadata.empty()) {
            const auto patch = normalise_metadata(command_.metadata);
            metadata = patch ? merge_metadata(row.metadata, *patch) : std::nullopt;
        }
        if (metadata && command_.name) {
            metadata = with_metadata_string(*metadata, "name", *command_.name);
        }
        if (!metadata) return invalid_field("metadata", "is invalid");
        if (row.type == ConversationType::group) {
            if (const auto wrong = refuse_group_name(*metadata)) {
                return invalid_field(wrong->field, wrong->message);
            }
        }
        return *std::move(metadata);
    }

    // The policy of a group is its admins'; a client that sends back what it has read changes
    // nothing.
    [[nodiscard]] std::optional<Error> refuse_policy_change(const ConversationEntry& found,
                                                            const std::string& metadata) const {
        if (found.row.type != ConversationType::group) return std::nullopt;
        if (same_policy(found.row.metadata, metadata)) return std::nullopt;
        if (!manages_members(found.active_member(caller()))) {
            return Error{Errc::forbidden, "only admins may change a group's settings", {}};
        }
        if (const auto wrong = refuse_policy(metadata)) {
            return invalid_field(wrong->field, wrong->message);
        }
        return std::nullopt;
    }

    const UpdateConversation command_;
};

}  // namespace

std::unique_ptr<Command> make_update_conversation(UserId caller, UpdateConversation command,
                                                  Completion<Conversation> done) {
    return std::make_unique<UpdateCommand>(caller, std::move(command), std::move(done));
}

}  // namespace whispr
