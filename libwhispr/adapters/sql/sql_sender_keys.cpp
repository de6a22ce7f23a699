#include <array>

#include "sql_concepts.hpp"
#include "sql_rows.hpp"

namespace whispr::sql {

namespace {

constexpr Statement load{
    "load sender keys", "user_id uuid",
    "SELECT s.user_id, s.public_key, s.device, s.first_used_at, s.revoked_at "
    "FROM {keys} sender_keys s WHERE s.user_id = $user_id ORDER BY s.first_used_at, s.public_key"};

// Two lanes may learn of one key at the same time.
constexpr Statement create{
    "create sender keys",
    "user_id uuid, public_key text, device text, first_used_at bigint, revoked_at bigint",
    "INSERT INTO sender_keys (user_id, public_key, device, first_used_at, revoked_at) "
    "{values} $user_id, $public_key, $device, $first_used_at, $revoked_at {/values} "
    "ON CONFLICT DO NOTHING"};

constexpr Statement revoke{
    "revoke sender keys", "user_id uuid, public_key text, revoked_at bigint",
    "UPDATE sender_keys SET revoked_at = $revoked_at {from_keys} "
    "WHERE sender_keys.user_id = $user_id AND sender_keys.public_key = $public_key"};

constexpr std::array statements{&load, &create, &revoke};

SenderKeyRow read_key(const Row& row) {
    Columns columns(row);
    SenderKeyRow key;
    columns.id(key.user);
    key.key.public_key = columns.text();
    key.key.device = columns.text();
    key.key.first_used_at = columns.time();
    key.key.revoked_at = columns.optional_time();
    return key;
}

class Reader final : public SenderKeyReader {
 public:
    explicit Reader(Reading reading) : reading_(reading) {}

    Result<std::vector<SenderKey>> sender_keys(UserId user) override {
        std::vector<SenderKey> keys;
        reading_.keys.row(user);
        auto done = reading_.run(load, [&](const Row& row) { keys.push_back(read_key(row).key); });
        if (!done) return done.error();
        return keys;
    }

 private:
    Reading reading_;
};

}  // namespace

void load_sender_keys(Batch& batch, const LoadKeys& keys, Loaded& loaded) {
    for (const UserId& user : keys.sender_keys.of)
        batch.keys.row(user);
    batch.ask(load, [&loaded](const Row& row) { loaded.sender_keys.of.push_back(read_key(row)); });
}

void write_sender_keys(Batch& batch, const ChangeSet& changes) {
    for (const auto& [user, key] : changes.sender_keys.created) {
        batch.keys.row(user, key.public_key, key.device, key.first_used_at, key.revoked_at);
    }
    batch.ask(create);
    for (const auto& [user, key] : changes.sender_keys.changed)
        batch.keys.row(user, key.public_key, key.revoked_at);
    batch.ask_each(revoke);
}

std::unique_ptr<SenderKeyReader> make_sender_key_reader(Reading reading) {
    return std::make_unique<Reader>(reading);
}

std::span<const Statement* const> sender_key_statements() noexcept {
    return statements;
}

}  // namespace whispr::sql
