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

constexpr Statement create_unknown_users{"create users", "id uuid",
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
                                &update_memberships, &put_users,      &create_unknown_users};

void create(Batch& batch, const ChangeSet& changes) {
    for (const auto& [conversation, row, created] : changes.members) {
        if (!created) continue;
        batch.keys.row(batch.held.number(conversation), row.user, row.role, row.active,
                       row.joined_at, row.last_eseq);
    }
    batch.ask(create_members);
    for (const auto& [conversation, row, created] : changes.members) {
        if (!created) continue;
        batch.keys.row(row.user, batch.held.number(conversation), row.active);
    }
    batch.ask(create_memberships);
}

void update(Batch& batch, const ChangeSet& changes) {
    // The last state of each: a statement that updates a row from two keys would pick either.
    std::map<std::pair<ConversationId, UserId>, const MemberRow*> updated;
    for (const auto& [conversation, row, created] : changes.members) {
        if (!created) updated[{conversation, row.user}] = &row;
    }
    for (const auto& [key, row] : updated) {
        batch.keys.row(batch.held.number(key.first), row->user, row->role, row->active,
                       row->joined_at, row->last_eseq, row->muted_until, row->shadowed_until);
    }
    batch.ask_each(update_members);
    for (const auto& [key, row] : updated) {
        batch.keys.row(row->user, batch.held.number(key.first), row->active);
    }
    batch.ask_each(update_active);
}

}  // namespace

std::span<const Statement* const> member_statements() noexcept {
    return statements;
}

void load_members(Batch& batch, const LoadKeys& keys, Loaded& loaded) {
    // Before all that is counted per user: it holds them.
    for (const UserId& user : keys.users)
        batch.keys.row(user);
    batch.ask(load_users, [&loaded](const Row& row) {
        Columns columns(row);
        auto& [user, useq] = loaded.users.emplace_back();
        columns.id(user);
        useq = columns.number();
    });
    for (const std::int64_t no : keys.members_of)
        batch.keys.row(no);
    batch.ask(load_all, [&loaded](const Row& row) {
        Columns columns(row);
        const std::int64_t no = columns.number();
        loaded.members.emplace_back(no, read_member(columns).first);
    });
    for (const MemberKey& key : keys.own)
        batch.keys.row(key.no, key.user);
    batch.ask(load_own, [&loaded](const Row& row) {
        Columns columns(row);
        OwnState& own = loaded.own.emplace_back();
        own.no = columns.number();
        own.position = read_member(columns).second;
        own.membership = read_membership(columns);
    });
    for (const UserId& user : keys.list_pins_of)
        batch.keys.row(user);
    batch.ask(count_list_pins, [&loaded](const Row& row) {
        Columns columns(row);
        auto& [user, count] = loaded.list_pins.emplace_back();
        columns.id(user);
        count = static_cast<std::size_t>(columns.number());
    });
}

void write_members(Batch& batch, const ChangeSet& changes) {
    create(batch, changes);
    update(batch, changes);
    for (const auto& [conversation, row, created] : changes.positions) {
        batch.keys.row(batch.held.number(conversation), row.user, row.read_mseq, row.read_at,
                       row.shown_read_mseq, row.delivered_mseq, row.delivered_at);
    }
    batch.ask_each(update_positions);
    for (const auto& [conversation, row, created] : changes.memberships) {
        const MemberSettings& settings = row.settings;
        batch.keys.row(row.user, batch.held.number(conversation), settings.notifications,
                       settings.sound_enabled, settings.desktop_notifications,
                       settings.mobile_notifications, settings.mention_notifications,
                       settings.muted, settings.pinned, settings.archived, row.hidden_mseq,
                       row.unread_from, row.last_useq, settings.custom_name);
    }
    batch.ask_each(update_memberships);
}

void create_users(Batch& batch, const std::vector<UserId>& users) {
    for (const UserId& user : users)
        batch.keys.row(user);
    batch.ask(create_unknown_users);
}

void write_users(Batch& batch, const ChangeSet& changes) {
    for (const auto& [user, useq] : changes.users)
        batch.keys.row(user, useq);
    batch.ask(put_users);
}

}  // namespace whispr::sql
