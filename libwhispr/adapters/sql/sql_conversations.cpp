#include "sql_conversations.hpp"

#include <algorithm>
#include <array>

#include "sql_rows.hpp"

namespace whispr::sql {

namespace {

constexpr Statement find_pairs{
    "find direct conversations", "lo uuid, hi uuid",
    "SELECT p.lo, p.hi, c.id FROM {keys} direct_pairs p JOIN conversations c ON c.no = p.no "
    "WHERE p.lo = $lo AND p.hi = $hi"};

constexpr Statement find_operations{"find conversations by operation",
                                    "created_by uuid, op_id uuid",
                                    "SELECT c.id FROM {keys} conversations c "
                                    "WHERE c.created_by = $created_by AND c.op_id = $op_id"};

constexpr Statement find_external{
    "find conversations by external group", "id uuid",
    "SELECT c.id FROM {keys} conversations c WHERE c.external_group_id = $id"};

constexpr Statement lock{
    "lock conversations", "id uuid",
    "SELECT {conversation} FROM {keys} conversations c WHERE c.id = $id ORDER BY c.id {lock c}"};

constexpr Statement lock_waiting{"wait for conversations", "id uuid",
                                 "SELECT {conversation} FROM {keys} conversations c "
                                 "WHERE c.id = $id ORDER BY c.id {lock_waiting c}"};

constexpr Statement find_busy{"find busy conversations", "id uuid",
                              "SELECT c.id FROM {keys} conversations c WHERE c.id = $id"};

constexpr Statement create{
    "create conversations",
    "id uuid, type small, active bool, created_by uuid, created_at bigint, updated_at bigint, "
    "last_activity_at bigint, last_sent_at bigint, mseq bigint, eseq bigint, members_eseq bigint, "
    "policy_eseq bigint, floor_mseq bigint, member_count bigint, external_group_id uuid, "
    "op_id uuid, metadata text",
    "INSERT INTO conversations (id, type, active, created_by, created_at, updated_at, "
    "last_activity_at, last_sent_at, mseq, eseq, members_eseq, policy_eseq, floor_mseq, "
    "member_count, external_group_id, op_id, metadata, changed) "
    "{values} $id, $type, $active, $created_by, $created_at, $updated_at, $last_activity_at, "
    "$last_sent_at, $mseq, $eseq, $members_eseq, $policy_eseq, $floor_mseq, $member_count, "
    "$external_group_id, $op_id, $metadata, {change} {/values} RETURNING no, id"};

constexpr Statement create_pairs{
    "create direct pairs", "lo uuid, hi uuid, no bigint",
    "INSERT INTO direct_pairs (lo, hi, no) {values} $lo, $hi, $no {/values}"};

constexpr Statement update_counters{
    "update counters",
    "no bigint, updated_at bigint, last_activity_at bigint, last_sent_at bigint, mseq bigint, "
    "eseq bigint, members_eseq bigint, policy_eseq bigint, floor_mseq bigint, member_count bigint",
    "UPDATE conversations SET updated_at = $updated_at, last_activity_at = $last_activity_at, "
    "last_sent_at = $last_sent_at, mseq = $mseq, eseq = $eseq, members_eseq = $members_eseq, "
    "policy_eseq = $policy_eseq, floor_mseq = $floor_mseq, member_count = $member_count, "
    "changed = {change} {from_keys} WHERE conversations.no = $no"};

constexpr Statement update_policies{
    "update conversations", "no bigint, active bool, external_group_id uuid, metadata text",
    "UPDATE conversations SET active = $active, external_group_id = $external_group_id, "
    "metadata = $metadata {from_keys} WHERE conversations.no = $no"};

constexpr std::array statements{&find_pairs,      &find_operations, &find_external, &lock,
                                &lock_waiting,    &find_busy,       &create,        &create_pairs,
                                &update_counters, &update_policies};

}  // namespace

std::span<const Statement* const> conversation_statements() noexcept {
    return statements;
}

Result<void> lock_conversations(Batch& batch, const LockKeys& keys, Locked& locked) {
    std::vector<ConversationId> ids = keys.conversations;
    const auto take_id = [&ids](const Row& row) { Columns(row).id(ids.emplace_back()); };

    for (const UserPair& pair : keys.pairs)
        batch.keys.row(pair.lo, pair.hi);
    auto done = batch.run(find_pairs, [&](const Row& row) {
        Columns columns(row);
        auto& [pair, id] = locked.pairs.emplace_back();
        columns.id(pair.lo);
        columns.id(pair.hi);
        columns.id(id);
        ids.push_back(id);
    });
    if (!done) return done.error();

    for (const auto& [user, op] : keys.group_ops)
        batch.keys.row(user, op);
    if (done = batch.run(find_operations, take_id); !done) return done.error();

    for (const Uuid& id : keys.external_group_ids)
        batch.keys.row(id);
    if (done = batch.run(find_external, take_id); !done) return done.error();

    // One order for everyone, or two batches wait for each other.
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    for (const ConversationId& id : ids)
        batch.keys.row(id);
    done = batch.run(keys.wait ? lock_waiting : lock, [&](const Row& row) {
        Columns columns(row);
        const ConversationRow& held = locked.conversations.emplace_back(read_conversation(columns));
        batch.held.add(held.id, held.no);
    });
    // SQLite has one writer, and leaves nothing out.
    if (!done || keys.wait || batch.connection.dialect() == Dialect::sqlite) return outcome(done);
    for (const ConversationId& id : ids) {
        if (batch.held.number(id) == 0) batch.keys.row(id);
    }
    return outcome(
        batch.run(find_busy, [&](const Row& row) { Columns(row).id(locked.busy.emplace_back()); }));
}

Result<void> create_conversations(Batch& batch, const ChangeSet& changes) {
    for (const auto& [row, created, policy_changed] : changes.conversations) {
        if (!created) continue;
        batch.keys.row(row.id, row.type, row.active, row.created_by, row.created_at, row.updated_at,
                       row.last_activity_at, row.last_sent_at, row.mseq, row.eseq, row.members_eseq,
                       row.policy_eseq, row.floor_mseq, row.member_count, row.external_group_id,
                       row.op_id, row.metadata);
    }
    auto done = batch.run(create, [&](const Row& row) {
        Columns columns(row);
        const std::int64_t no = columns.number();
        ConversationId id;
        columns.id(id);
        batch.held.add(id, no);
    });
    if (!done) return done.error();
    for (const auto& [pair, id] : changes.pairs_created) {
        batch.keys.row(pair.lo, pair.hi, batch.held.number(id));
    }
    return outcome(batch.run(create_pairs));
}

Result<void> update_conversations(Batch& batch, const ChangeSet& changes) {
    std::size_t count = 0;
    for (const auto& [row, created, policy_changed] : changes.conversations) {
        if (created) continue;
        batch.keys.row(batch.held.number(row.id), row.updated_at, row.last_activity_at,
                       row.last_sent_at, row.mseq, row.eseq, row.members_eseq, row.policy_eseq,
                       row.floor_mseq, row.member_count);
        ++count;
    }
    if (auto done = batch.run_each(update_counters, count); !done) return done;
    count = 0;
    for (const auto& [row, created, policy_changed] : changes.conversations) {
        if (created || !policy_changed) continue;
        batch.keys.row(batch.held.number(row.id), row.active, row.external_group_id, row.metadata);
        ++count;
    }
    return batch.run_each(update_policies, count);
}

}  // namespace whispr::sql
