#include "conversations/conversation_view.hpp"
#include "conversations/use_cases.hpp"
#include "engine/answering_command.hpp"
#include "metadata/metadata.hpp"

namespace whispr {

namespace {

// The pair decides the lane and the order, whichever of the two asks.
ConversationId order_of(const UserPair& pair) {
    ConversationId id{pair.lo.uuid};
    for (std::size_t i = 0; i < id.uuid.bytes.size(); ++i) {
        id.uuid.bytes[i] = static_cast<std::uint8_t>(id.uuid.bytes[i] ^ pair.hi.uuid.bytes[i]);
    }
    return id;
}

class CreateDirectCommand final : public AnsweringCommand<Conversation> {
 public:
    CreateDirectCommand(UserId caller, CreateDirect command, ConversationId id, Contacts* contacts,
                        Completion<Conversation> done)
        : AnsweringCommand(order_of(UserPair::of(caller, command.other)), caller, std::move(done)),
          command_(std::move(command)),
          pair_(UserPair::of(caller, command_.other)),
          id_(id),
          contacts_(contacts) {}

    void lock(LockKeys& keys) const override { keys.pairs.push_back(pair_); }

    void load(const WorkingSet& set, LoadKeys& keys) const override {
        const ConversationEntry* const found = set.by_pair(pair_);
        if (found == nullptr) return;
        keys.own.push_back({found->row.no, caller()});
        keys.users.push_back(caller());
    }

 protected:
    Result<Conversation> decide(WorkingSet& set) override {
        const auto metadata = normalise_metadata(command_.metadata);
        if (!metadata) return invalid_field("metadata", "is invalid");
        ConversationEntry* const found = set.by_pair(pair_);
        // What is there already is given even then: its history may be read.
        const bool is_there = found != nullptr && is_active(*found);
        if (!is_there && contacts_ != nullptr && contacts_->blocked(pair_.lo, pair_.hi)) {
            return Error{Errc::blocked,
                         "one of " + pair_.lo.to_string() + " and " + pair_.hi.to_string() +
                             " has blocked the other",
                         {}};
        }
        if (found != nullptr) {
            reactivate(set, *found);
            return to_conversation(*found, caller());
        }
        return create(set, *metadata);
    }

 private:
    [[nodiscard]] bool is_active(const ConversationEntry& found) const {
        return found.row.active && found.active_member(pair_.lo) != nullptr &&
               found.active_member(pair_.hi) != nullptr;
    }

    Result<Conversation> create(WorkingSet& set, const std::string& metadata) const {
        ConversationRow row;
        row.id = id_;
        row.type = ConversationType::direct;
        row.created_by = caller();
        row.metadata = metadata;
        row.created_at = row.updated_at = row.last_activity_at = set.now;
        row.eseq = row.members_eseq = row.policy_eseq = 1;
        std::vector<MemberRow> members;
        // The creator first: lists of members are ordered by joined_at.
        members.push_back({caller(), Role::member, true, set.now, 1});
        members.push_back(
            {command_.other, Role::member, true, set.now + std::chrono::microseconds(1), 1});
        ConversationEntry& created = set.create(std::move(row), std::move(members));
        set.create_pair(pair_, id_);
        set.tell(created, created.row.eseq, caller(),
                 ConversationCreated{shared_conversation(created)});
        return to_conversation(created, caller());
    }

    void reactivate(WorkingSet& set, ConversationEntry& found) const {
        if (!found.row.active) {
            found.row.active = true;
            found.row.updated_at = set.now;
            found.row.policy_eseq = found.next_eseq();
            found.policy_changed = true;
            set.tell(found, found.row.policy_eseq, caller(),
                     ConversationUpdated{shared_conversation(found)});
        }
        for (const UserId user : {pair_.lo, pair_.hi}) {
            const MemberRow* const member = found.member(user);
            if (member == nullptr || member->active) continue;
            MemberRow again = *member;
            again.active = true;
            again.joined_at = set.now;
            const Eseq eseq = found.put_member(again);
            set.tell(found, eseq, caller(),
                     MemberAdded{to_member(again), shared_conversation(found)});
        }
        OwnEntry* const own = found.own(caller());
        if (own != nullptr && own->membership.hidden_mseq >= 0) {
            own->membership.hidden_mseq = -1;
            own->membership.last_useq = set.next_useq(caller());
            own->membership_changed = true;
            // The caller's other devices hear of every number, so that they see when one is
            // missing.
            set.tell_user(found, caller(), own->membership.last_useq,
                          SettingsChanged{own->membership.settings, false});
        }
    }

    const CreateDirect command_;
    const UserPair pair_;
    const ConversationId id_;
    Contacts* const contacts_;
};

}  // namespace

std::unique_ptr<Command> make_create_direct(UserId caller, CreateDirect command, ConversationId id,
                                            Contacts* contacts, Completion<Conversation> done) {
    return std::make_unique<CreateDirectCommand>(caller, std::move(command), id, contacts,
                                                 std::move(done));
}

}  // namespace whispr
