#include <algorithm>
#include <tuple>

#include "memory_concepts.hpp"

namespace whispr::memory {

namespace {

template <class Rows>
auto find_key(Rows& rows, const std::string& public_key) {
    return std::find_if(rows.begin(), rows.end(),
                        [&](const SenderKeyRow& row) { return row.key.public_key == public_key; });
}

// Oldest first; of one age, in the order of their texts.
bool is_before(const SenderKeyRow& a, const SenderKeyRow& b) {
    return std::tie(a.key.first_used_at, a.key.public_key) <
           std::tie(b.key.first_used_at, b.key.public_key);
}

class Reader final : public SenderKeyReader {
 public:
    explicit Reader(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

    Result<std::vector<SenderKey>> sender_keys(UserId user) override {
        std::vector<SenderKey> keys;
        const Lock lock(shared_->mutex);
        const auto found = shared_->tables.sender_keys.find(user);
        if (found == shared_->tables.sender_keys.end()) return keys;
        for (const SenderKeyRow& row : found->second)
            keys.push_back(row.key);
        return keys;
    }

 private:
    const std::shared_ptr<Shared> shared_;
};

}  // namespace

void load_sender_keys(const Tables& tables, const LoadKeys& keys, Loaded& loaded) {
    for (const UserId& user : keys.sender_keys.of) {
        const auto found = tables.sender_keys.find(user);
        if (found == tables.sender_keys.end()) continue;
        auto& rows = loaded.sender_keys.of;
        rows.insert(rows.end(), found->second.begin(), found->second.end());
    }
}

Result<void> check_sender_keys(const Tables& tables, const ChangeSet& changes) {
    const auto& created = changes.sender_keys.created;
    for (const SenderKeyRow& row : changes.sender_keys.changed) {
        const auto found = tables.sender_keys.find(row.user);
        const bool there = found != tables.sender_keys.end() &&
                           find_key(found->second, row.key.public_key) != found->second.end();
        const bool is_new = std::any_of(created.begin(), created.end(), [&](const auto& other) {
            return other.user == row.user && other.key.public_key == row.key.public_key;
        });
        if (there || is_new) continue;
        return Error{
            Errc::internal,
            "a key of user " + row.user.to_string() + " was to be changed, but is not there",
            {}};
    }
    return {};
}

void apply_sender_keys(Tables& tables, const ChangeSet& changes) {
    for (const SenderKeyRow& row : changes.sender_keys.created) {
        auto& rows = tables.sender_keys[row.user];
        if (find_key(rows, row.key.public_key) != rows.end()) continue;
        rows.insert(std::upper_bound(rows.begin(), rows.end(), row, is_before), row);
    }
    for (const SenderKeyRow& row : changes.sender_keys.changed) {
        auto& rows = tables.sender_keys[row.user];
        find_key(rows, row.key.public_key)->key.revoked_at = row.key.revoked_at;
    }
}

std::unique_ptr<SenderKeyReader> make_sender_key_reader(std::shared_ptr<Shared> shared) {
    return std::make_unique<Reader>(std::move(shared));
}

}  // namespace whispr::memory
