// A transaction keeps its changes to itself until commit; check has found by then whatever could go
// wrong.
#include <algorithm>

#include "memory_concepts.hpp"
#include "whispr/limits.hpp"

namespace whispr::memory {

namespace {

Error misuse(const char* text) {
    return {Errc::internal, text, {}};
}

void load_messages(const Tables& tables, const LoadKeys& keys, Loaded& loaded) {
    for (const MessageKey& key : keys.messages) {
        const ConversationTable* table = find(tables, key.no);
        if (!table) continue;
        const auto row = table->messages.find(key.mseq);
        if (row != table->messages.end()) loaded.messages.push_back(row->second);
    }
    for (const MessageKey& key : keys.reactions_of) {
        const ConversationTable* table = find(tables, key.no);
        if (!table) continue;
        for (ReactionRow& row : reactions_on(*table, key.mseq)) {
            loaded.reactions.emplace_back(key.no, std::move(row));
        }
    }
    for (const SendKey& key : keys.sends) {
        const ConversationTable* table = find(tables, key.no);
        if (!table) continue;
        if (key.op_id) {
            const auto found = table->by_op_id.find({key.sender, *key.op_id});
            if (found != table->by_op_id.end()) {
                loaded.sends.push_back(table->messages.at(found->second));
            }
        }
        if (key.client_random) {
            const auto found = table->by_client_random.find({key.sender, *key.client_random});
            if (found != table->by_client_random.end()) {
                loaded.sends.push_back(table->messages.at(found->second));
            }
        }
    }
}

std::size_t list_pins_of(const Tables& tables, UserId user) {
    const auto memberships = tables.memberships.find(user);
    if (memberships == tables.memberships.end()) return 0;
    return static_cast<std::size_t>(
        std::count_if(memberships->second.begin(), memberships->second.end(), [&](std::int64_t no) {
            const MemberEntry& own = tables.conversations.at(no).members.at(user);
            return own.member.active && own.membership.settings.pinned;
        }));
}

void load_members(const Tables& tables, const LoadKeys& keys, Loaded& loaded) {
    for (const std::int64_t no : keys.members_of) {
        const ConversationTable* table = find(tables, no);
        if (!table) continue;
        for (const auto& [user, entry] : table->members) {
            loaded.members.emplace_back(no, entry.member);
        }
    }
    for (const MemberKey& key : keys.own) {
        const ConversationTable* table = find(tables, key.no);
        if (!table) continue;
        const auto found = table->members.find(key.user);
        if (found == table->members.end()) continue;
        loaded.own.push_back({key.no, found->second.position, found->second.membership});
    }
    for (const UserId& user : keys.list_pins_of) {
        loaded.list_pins.emplace_back(user, list_pins_of(tables, user));
    }
    for (const UserId& user : keys.users) {
        const auto found = tables.users.find(user);
        if (found != tables.users.end()) loaded.users.emplace_back(user, found->second);
    }
}

void load_beyond(const Tables& tables, const std::vector<BeyondKey>& keys,
                 Mseq PositionRow::*position,
                 std::vector<std::pair<MemberKey, MessageHead>>& heads) {
    for (const BeyondKey& key : keys) {
        const ConversationTable* table = find(tables, key.no);
        if (!table) continue;
        const auto member = table->members.find(key.user);
        if (member == table->members.end()) continue;
        const Mseq from = member->second.position.*position;
        std::size_t count = 0;
        for (auto at = table->messages.rbegin();
             at != table->messages.rend() && at->first > from && count < limits::read_messages_told;
             ++at) {
            const MessageRow& row = at->second;
            if (row.mseq > key.upto || row.deleted || row.shadowed || row.sender == key.user)
                continue;
            heads.emplace_back(MemberKey{key.no, key.user},
                               MessageHead{row.mseq, row.id, row.sender});
            ++count;
        }
    }
}

class MemoryLane final : public LaneStorage {
 public:
    explicit MemoryLane(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

    ~MemoryLane() override {
        const Lock lock(shared_->mutex);
        shared_->lane_open = false;
    }

    Result<Locked> begin(const LockKeys& keys) override {
        if (state_ != State::idle) return misuse("a transaction is open already");
        Locked locked;
        locked.now = shared_->clock->now();
        const Lock lock(shared_->mutex);
        const Tables& tables = shared_->tables;
        std::set<std::int64_t> found;
        const auto take = [&found](const auto& table, const auto& key) {
            const auto row = table.find(key);
            if (row != table.end()) found.insert(row->second);
        };
        for (const ConversationId& id : keys.conversations)
            take(tables.by_id, id);
        for (const auto& op : keys.group_ops)
            take(tables.group_ops, op);
        for (const Uuid& id : keys.external_group_ids)
            take(tables.external_groups, id);
        for (const UserPair& pair : keys.pairs) {
            const auto row = tables.pairs.find(pair);
            if (row == tables.pairs.end()) continue;
            locked.pairs.emplace_back(*row);
            take(tables.by_id, row->second);
        }
        for (const std::int64_t no : found) {
            locked.conversations.push_back(tables.conversations.at(no).row);
            held_.insert(locked.conversations.back().id);
        }
        std::sort(locked.conversations.begin(), locked.conversations.end(),
                  [](const auto& a, const auto& b) { return a.id < b.id; });
        state_ = State::begun;
        return locked;
    }

    Result<Loaded> load(const LoadKeys& keys) override {
        if (state_ != State::begun) return misuse("load needs a transaction without writes");
        Loaded loaded;
        const Lock lock(shared_->mutex);
        load_members(shared_->tables, keys, loaded);
        load_messages(shared_->tables, keys, loaded);
        load_beyond(shared_->tables, keys.newly_read, &PositionRow::shown_read_mseq,
                    loaded.newly_read);
        load_beyond(shared_->tables, keys.newly_delivered, &PositionRow::delivered_mseq,
                    loaded.newly_delivered);
        for (const auto load_concept : {load_pins, load_attachments, load_drafts, load_schedules,
                                        load_moderation, load_sender_keys, load_uploads}) {
            load_concept(shared_->tables, keys, loaded);
        }
        return loaded;
    }

    Result<void> write(const ChangeSet& changes) override {
        if (state_ != State::begun) return misuse("write needs a transaction without writes");
        const Lock lock(shared_->mutex);
        auto checked = check(shared_->tables, held_, changes);
        state_ = checked ? State::written : State::failed;
        if (checked) changes_ = changes;
        return checked;
    }

    Result<void> commit() override {
        if (state_ == State::idle || state_ == State::failed) {
            rollback();
            return misuse("commit needs a transaction without failures");
        }
        if (state_ == State::written) {
            const Lock lock(shared_->mutex);
            apply(shared_->tables, changes_);
        }
        rollback();
        return {};
    }

    void rollback() noexcept override {
        state_ = State::idle;
        held_.clear();
        changes_ = {};
    }

 private:
    enum class State { idle, begun, written, failed };

    const std::shared_ptr<Shared> shared_;
    State state_ = State::idle;
    Held held_;
    ChangeSet changes_;
};

}  // namespace

std::unique_ptr<LaneStorage> make_lane(std::shared_ptr<Shared> shared) {
    return std::make_unique<MemoryLane>(std::move(shared));
}

}  // namespace whispr::memory
