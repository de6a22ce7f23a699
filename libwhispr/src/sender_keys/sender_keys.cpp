#include "whispr/sender_keys.hpp"

#include <algorithm>

#include "engine/answering_command.hpp"
#include "engine/core.hpp"
#include "sender_keys/key_rules.hpp"

namespace whispr {

namespace {

// Belongs to no conversation; those of one user run in the order they came.
class Revoke final : public AnsweringCommand<SenderKey> {
 public:
    Revoke(UserId caller, std::string public_key, Completion<SenderKey> done)
        : AnsweringCommand(ConversationId{caller.uuid}, caller, std::move(done)),
          public_key_(std::move(public_key)) {}

    void lock(LockKeys&) const override {}
    void load(const WorkingSet&, LoadKeys& keys) const override {
        keys.sender_keys.of.push_back(caller());
    }

 protected:
    Result<SenderKey> decide(WorkingSet& set) override {
        SenderKeyRow* const row = find_key(set, caller(), public_key_);
        if (row == nullptr) return Error{Errc::not_found, "the user has no such key", {}};
        if (row->key.revoked_at) {
            return Error{Errc::no_change, "the key was revoked already", {}};
        }
        row->key.revoked_at = set.now;
        put(set, *row);
        return row->key;
    }

 private:
    // A key that became known in this very batch is stored as revoked at once.
    static void put(WorkingSet& set, const SenderKeyRow& row) {
        auto& [created, changed] = set.sender_keys.changes;
        const auto fresh =
            std::find_if(created.begin(), created.end(), [&](const SenderKeyRow& other) {
                return other.user == row.user && other.key.public_key == row.key.public_key;
            });
        if (fresh != created.end()) {
            *fresh = row;
        } else {
            changed.push_back(row);
        }
    }

    const std::string public_key_;
};

}  // namespace

void SenderKeys::list(const Caller& caller, Completion<std::vector<SenderKey>> done) {
    core_.read(std::move(done), [user = caller.user](ReadStorage& storage) {
        return storage.concepts().sender_keys.sender_keys(user);
    });
}

void SenderKeys::revoke(const Caller& caller, std::string public_key, Completion<SenderKey> done) {
    core_.submit(std::make_unique<Revoke>(caller.user, std::move(public_key), std::move(done)));
}

}  // namespace whispr
