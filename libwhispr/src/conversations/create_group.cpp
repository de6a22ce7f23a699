#include <algorithm>

#include "conversations/conversation_rules.hpp"
#include "conversations/conversation_view.hpp"
#include "conversations/group_policy.hpp"
#include "conversations/use_cases.hpp"
#include "engine/answering_command.hpp"
#include "metadata/metadata.hpp"

namespace whispr {

namespace {

class CreateGroupCommand final : public AnsweringCommand<Conversation> {
 public:
    CreateGroupCommand(UserId caller, CreateGroup command, ConversationId id, const Limits& limits,
                       Completion<Conversation> done)
        : AnsweringCommand(id, caller, std::move(done), 512 + 64 * command.members.size()),
          command_(std::move(command)),
          limits_(limits) {
        auto& members = command_.members;
        std::erase(members, caller);
        std::sort(members.begin(), members.end());
        members.erase(std::unique(members.begin(), members.end()), members.end());
    }

    void lock(LockKeys& keys) const override {
        keys.conversations.push_back(conversation());
        if (command_.op_id) keys.group_ops.emplace_back(caller(), *command_.op_id);
        if (command_.external_group_id) {
            keys.external_group_ids.push_back(*command_.external_group_id);
        }
    }

    void load(const WorkingSet&, LoadKeys&) const override {}

 protected:
    Result<Conversation> decide(WorkingSet& set) override {
        if (command_.op_id) {
            if (ConversationEntry* const known = set.by_group_op(caller(), *command_.op_id)) {
                return to_conversation(*known, caller());
            }
        }
        const auto metadata = checked_metadata();
        if (!metadata) return metadata.error();
        if (command_.members.empty()) {
            return invalid_field("members",
                                 "Group must have at least 2 members (including creator)");
        }
        if (command_.members.size() + 1 > limits_.group_members) {
            return Error{
                Errc::limit_reached,
                "a group has at most " + std::to_string(limits_.group_members) + " members",
                {{"members",
                  "should have at most " + std::to_string(limits_.group_members) + " item(s)"}}};
        }
        if (command_.external_group_id &&
            set.by_external_group(*command_.external_group_id) != nullptr) {
            return Error{
                Errc::already_exists,
                "external group id " + command_.external_group_id->to_string() + " is taken",
                {{"external_group_id", "has already been taken"}}};
        }
        return create(set, *metadata);
    }

 private:
    [[nodiscard]] Result<std::string> checked_metadata() const {
        auto metadata = normalise_metadata(command_.metadata);
        if (metadata && !command_.name.empty()) {
            metadata = with_metadata_string(*metadata, "name", command_.name);
        }
        if (!metadata) return invalid_field("metadata", "is invalid");
        if (const auto wrong = refuse_group_name(*metadata)) {
            return invalid_field(wrong->field, wrong->message);
        }
        if (const auto wrong = refuse_policy(*metadata)) {
            return invalid_field(wrong->field, wrong->message);
        }
        return *std::move(metadata);
    }

    Result<Conversation> create(WorkingSet& set, const std::string& metadata) const {
        ConversationRow row;
        row.id = conversation();
        row.type = ConversationType::group;
        row.external_group_id = command_.external_group_id;
        row.op_id = command_.op_id;
        row.created_by = caller();
        row.metadata = metadata;
        row.created_at = row.updated_at = row.last_activity_at = set.now;
        row.eseq = row.members_eseq = row.policy_eseq = 1;
        std::vector<MemberRow> members;
        members.reserve(command_.members.size() + 1);
        members.push_back({caller(), Role::admin, true, set.now, 1});
        for (const UserId user : command_.members) {
            members.push_back(
                {user, Role::member, true, set.now + std::chrono::microseconds(1), 1});
        }
        ConversationEntry& created = set.create(std::move(row), std::move(members));
        set.tell(created, created.row.eseq, caller(),
                 ConversationCreated{shared_conversation(created)});
        return to_conversation(created, caller());
    }

    CreateGroup command_;
    const Limits& limits_;
};

}  // namespace

std::unique_ptr<Command> make_create_group(UserId caller, CreateGroup command, ConversationId id,
                                           const Limits& limits, Completion<Conversation> done) {
    return std::make_unique<CreateGroupCommand>(caller, std::move(command), id, limits,
                                                std::move(done));
}

}  // namespace whispr
