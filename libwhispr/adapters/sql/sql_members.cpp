#include "sql_members.hpp"

#include <array>
#include <map>

#include "sql_rows.hpp"

namespace whispr::sql {

namespace {

constexpr Statement load_all{
    "load members", "no bigint",
    "SELECT m.no, {member} FROM {keys} members m WHERE m.no = $no ORDER BY m.no, m.user_id"};

constexpr Statement load_own{
    "load own states", "no bigint, user_id uuid",
    "SELECT m.no, {member}, {membership} "
    "FROM {keys} members m JOIN memberships s ON s.user_id = m.user_id AND s.no = m.no "
    "WHERE m.no = $no AND m.user_id = $user_id"};

// Locked, because a user's numbers are drawn in the lanes of several conversations.
constexpr Statement load_users{"load users", "id uuid",
                               "SELECT u.id, u.useq FROM {keys} users u WHERE u.id = $id "
                               "ORDER BY u.id {lock_waiting u}"};

constexpr Statement create_users{"create users", "id uuid",
                                 "INSERT INTO users (id, useq) {values} $id, 0 {/values} "
                                 "ON CONFLICT (id) DO NOTHING"};

constexpr Statement count_list_pins{
    "count list pins", "user_id uuid",
    "SELECT $user_id, (SELECT count(*) FROM memberships s WHERE s.user_id = $user_id "
    "AND s.active AND s.pinned) FROM {keys} store"};

constexpr Statement create_members{
    "create members",
    "no bigint, user_id uuid, role small, active bool, joined_at bigint, last_eseq bigint",
    "INSERT INTO members (no, user_id, role, active, joined_at, last_eseq, changed) "
    "{values} $no, $user_id, $role, $active, $joined_at, $last_eseq, {change} {/values}"};

constexpr Statement create_memberships{"create memberships", "user_id uuid, no bigint, active bool",
                                       "INSERT INTO memberships (user_id, no, active, changed) "
                                       "{values} $user_id, $no, $active, {change} {/values}"};

constexpr Statement update_members{
    "update members",
    "no bigint, user_id uuid, role small, active bool, joined_at bigint, last_eseq bigint, "
    "muted_until bigint, shadowed_until bigint",
    "UPDATE members SET role = $role, active = $active, joined_at = $joined_at, "
    "last_eseq = $last_eseq, muted_until = $muted_until, shadowed_until = $shadowed_until, "
    "changed = {change} {from_keys} WHERE members.no = $no AND members.user_id = $user_id"};

constexpr Statement update_active{"update active memberships",
                                  "user_id uuid, no bigint, active bool",
                                  "UPDATE memberships SET active = $active, "
                                  "changed = {change} {from_keys} "
                                  "WHERE memberships.user_id = $user_id AND memberships.no = $no"};

constexpr Statement update_positions{
    "update positions",
    "no bigint, user_id uuid, read_mseq bigint, read_at bigint, shown_read_mseq bigint, "
    "delivered_mseq bigint, delivered_at bigint",
    "UPDATE members SET read_mseq = $read_mseq, read_at = $read_at, "
    "shown_read_mseq = $shown_read_mseq, "
    "delivered_mseq = $delivered_mseq, delivered_at = $delivered_at, "
    "changed = {change} {from_keys} "
    "WHERE members.no = $no AND members.user_id = $user_id"};

constexpr Statement update_memberships{
    "update memberships",
    "user_id uuid, no bigint, notifications bool, sound_enabled bool, "
    "desktop_notifications bool, mobile_notifications bool, mention_notifications bool, "
    "muted bool, pinned bool, archived bool, hidden_mseq bigint, unread_from bigint, "
    "last_useq bigint, custom_name text",
    "UPDATE memberships SET notifications = $notifications, sound_enabled = $sound_enabled, "
    "desktop_notifications = $desktop_notifications, "
    "mobile_notifications = $mobile_notifications, "
    "mention_notifications = $mention_notifications, muted = $muted, pinned = $pinned, "
    "archived = $archived, hidden_mseq = $hidden_mseq, unread_from = $unread_from, "
    "last_useq = $last_useq, custom_name = $custom_name, changed = {change} {from_keys} "
    "WHERE memberships.user_id = $user_id AND memberships.no = $no"};

constexpr Statement put_users{"write users", "id uuid, useq bigint",
                              "INSERT INTO users (id, useq) {values} $id, $useq {/values} "
                              "ON CONFLICT (id) DO UPDATE SET useq = excluded.useq"};

constexpr std::array statements{&load_all,           &load_own,       &load_users,
                                &count_list_pins,    &create_members, &create_memberships,
                                &update_members,     &update_active,  &update_positions,
                                &update_memberships, &put_users,      &create_users};

Result<void> create(Batch& batch, const ChangeSet& changes) {
    for (const auto& [conversation, row, created] : changes.members) {
        if (!created) continue;
        batch.keys.row(batch.held.number(conversation), row.user, row.role, row.active,
                       row.joined_at, row.last_eseq);
    }
    if (auto done = batch.run(create_members); !done) return done.error();
    for (const auto& [conversation, row, created] : changes.members) {
        if (!created) continue;
        batch.keys.row(row.user, batch.held.number(conversation), row.active);
    }
    return outcome(batch.run(create_memberships));
}

Result<void> update(Batch& batch, const ChangeSet& changes) {
    // The last state of each: a statement that updates a row from two keys would pick either.
    std::map<std::pair<ConversationId, UserId>, const MemberRow*> updated;
    for (const auto& [conversation, row, created] : changes.members) {
        if (!created) updated[{conversation, row.user}] = &row;
    }
    for (const auto& [key, row] : updated) {
        batch.keys.row(batch.held.number(key.first), row->user, row->role, row->active,
                       row->joined_at, row->last_eseq, row->muted_until, row->shadowed_until);
    }
    if (auto done = batch.run_each(update_members, updated.size()); !done) return done;
    for (const auto& [key, row] : updated) {
        batch.keys.row(row->user, batch.held.number(key.first), row->active);
    }
    return batch.run_each(update_active, updated.size());
}

/// Those that have no row yet get one where there are other lanes: it is what is locked.
Result<void> lock_users(Batch& batch, const std::vector<UserId>& ids,
                        std::vector<std::pair<UserId, Useq>>& users) {
    const auto load = [&] {
        users.clear();
        for (const UserId& user : ids)
            batch.keys.row(user);
        return batch.run(load_users, [&](const Row& row) {
            Columns columns(row);
            auto& [user, useq] = users.emplace_back();
            columns.id(user);
            useq = columns.number();
        });
    };
    auto done = load();
    if (done && users.size() < ids.size() && batch.connection.dialect() == Dialect::postgres) {
        for (const UserId& user : ids)
            batch.keys.row(user);
        done = batch.run(create_users);
        if (done) done = load();
    }
    std::erase_if(users, [](const auto& user) { return user.second == 0; });
    return outcome(done);
}

}  // namespace

std::span<const Statement* const> member_statements() noexcept {
    return statements;
}

Result<void> load_members(Batch& batch, const LoadKeys& keys, Loaded& loaded) {
    for (const std::int64_t no : keys.members_of)
        batch.keys.row(no);
    auto done = batch.run(load_all, [&](const Row& row) {
        Columns columns(row);
        const std::int64_t no = columns.number();
        loaded.members.emplace_back(no, read_member(columns).first);
    });
    if (!done) return done.error();
    for (const MemberKey& key : keys.own)
        batch.keys.row(key.no, key.user);
    done = batch.run(load_own, [&](const Row& row) {
        Columns columns(row);
        OwnState& own = loaded.own.emplace_back();
        own.no = columns.number();
        own.position = read_member(columns).second;
        own.membership = read_membership(columns);
    });
    if (!done) return done.error();
    if (auto locked = lock_users(batch, keys.users, loaded.users); !locked) return locked;
    for (const UserId& user : keys.list_pins_of)
        batch.keys.row(user);
    return outcome(batch.run(count_list_pins, [&](const Row& row) {
        Columns columns(row);
        auto& [user, count] = loaded.list_pins.emplace_back();
        columns.id(user);
        count = static_cast<std::size_t>(columns.number());
    }));
}

Result<void> write_members(Batch& batch, const ChangeSet& changes) {
    if (auto done = create(batch, changes); !done) return done;
    if (auto done = update(batch, changes); !done) return done;
    for (const auto& [conversation, row, created] : changes.positions) {
        batch.keys.row(batch.held.number(conversation), row.user, row.read_mseq, row.read_at,
                       row.shown_read_mseq, row.delivered_mseq, row.delivered_at);
    }
    if (auto done = batch.run_each(update_positions, changes.positions.size()); !done) return done;
    for (const auto& [conversation, row, created] : changes.memberships) {
        const MemberSettings& settings = row.settings;
        batch.keys.row(row.user, batch.held.number(conversation), settings.notifications,
                       settings.sound_enabled, settings.desktop_notifications,
                       settings.mobile_notifications, settings.mention_notifications,
                       settings.muted, settings.pinned, settings.archived, row.hidden_mseq,
                       row.unread_from, row.last_useq, settings.custom_name);
    }
    return batch.run_each(update_memberships, changes.memberships.size());
}

Result<void> write_users(Batch& batch, const ChangeSet& changes) {
    for (const auto& [user, useq] : changes.users)
        batch.keys.row(user, useq);
    return outcome(batch.run(put_users));
}

}  // namespace whispr::sql
