// Status 0 is pending, as in the tables' index of what is due.
#include <algorithm>
#include <array>

#include "sql_concepts.hpp"
#include "sql_rows.hpp"

namespace whispr::sql {

namespace {

constexpr Statement load_named{
    "load schedules", "id uuid",
    "SELECT {schedule} FROM {keys} schedules s JOIN conversations c ON c.no = s.no "
    "WHERE s.id = $id"};

constexpr Statement load_by_token{
    "load schedules by client_random", "sender uuid, client_random bigint",
    "SELECT {schedule} FROM {keys} schedules s JOIN conversations c ON c.no = s.no "
    "WHERE s.sender = $sender AND s.client_random = $client_random"};

constexpr Statement load_by_operation{
    "load schedules by operation", "sender uuid, op_id uuid",
    "SELECT {schedule} FROM {keys} schedules s JOIN conversations c ON c.no = s.no "
    "WHERE s.sender = $sender AND s.op_id = $op_id"};

constexpr Statement count_pending{
    "count pending schedules", "sender uuid",
    "SELECT $sender, (SELECT count(*) FROM schedules s WHERE s.sender = $sender AND s.status = 0) "
    "FROM {keys} store"};

constexpr Statement create{
    "create schedules",
    "id uuid, no bigint, sender uuid, type small, status small, client_random bigint, "
    "op_id uuid, scheduled_at bigint, created_at bigint, updated_at bigint, last_useq bigint, "
    "metadata text, content bytes",
    "INSERT INTO schedules (id, no, sender, type, status, client_random, op_id, scheduled_at, "
    "created_at, updated_at, last_useq, metadata, content) {values} $id, $no, $sender, $type, "
    "$status, $client_random, $op_id, $scheduled_at, $created_at, $updated_at, $last_useq, "
    "$metadata, $content {/values}"};

constexpr Statement update{
    "update schedules",
    "id uuid, type small, status small, scheduled_at bigint, updated_at bigint, "
    "last_useq bigint, metadata text, content bytes",
    "UPDATE schedules SET type = $type, status = $status, scheduled_at = $scheduled_at, "
    "updated_at = $updated_at, last_useq = $last_useq, metadata = $metadata, content = $content "
    "{from_keys} WHERE schedules.id = $id"};

constexpr Statement list{
    "list schedules",
    "sender uuid, status small, conversation uuid, max_rows bigint, skipped bigint",
    "SELECT {schedule} FROM {keys} {lateral} (SELECT * FROM schedules s "
    "WHERE s.sender = $sender AND s.status = $status AND ($conversation IS NULL OR s.no = "
    "(SELECT c.no FROM conversations c WHERE c.id = $conversation)) "
    "ORDER BY s.scheduled_at, s.id LIMIT $max_rows OFFSET $skipped) s "
    "JOIN conversations c ON c.no = s.no ORDER BY s.scheduled_at, s.id"};

constexpr Statement find{"find a schedule", "id uuid",
                         "SELECT c.id, s.sender FROM {keys} schedules s "
                         "JOIN conversations c ON c.no = s.no WHERE s.id = $id"};

constexpr Statement find_next{
    "find what is due next", "stores bigint",
    "SELECT (SELECT min(s.scheduled_at) FROM schedules s WHERE s.status = 0), "
    "(SELECT min(m.expires_at) FROM messages m "
    "WHERE m.expires_at IS NOT NULL AND NOT m.deleted) "
    "FROM {keys} store e WHERE $stores = 1"};

constexpr Statement find_due{
    "find due schedules", "present bigint, max_rows bigint",
    "SELECT c.id, s.id, s.sender FROM {keys} {lateral} (SELECT * FROM schedules s "
    "WHERE s.status = 0 AND s.scheduled_at <= $present "
    "ORDER BY s.scheduled_at, s.id LIMIT $max_rows) s "
    "JOIN conversations c ON c.no = s.no ORDER BY s.scheduled_at, s.id"};

constexpr Statement find_expired{
    "find expired messages", "present bigint, max_rows bigint",
    "SELECT c.id, {no m}, {mseq m} FROM {keys} {lateral} "
    "(SELECT {message_key}, expires_at FROM messages m "
    "WHERE m.expires_at IS NOT NULL AND NOT m.deleted AND m.expires_at <= $present "
    "ORDER BY m.expires_at LIMIT $max_rows) m "
    "JOIN conversations c ON c.no = {no m} ORDER BY m.expires_at"};

constexpr std::array statements{
    &load_named, &load_by_token, &load_by_operation, &count_pending, &create,      &update,
    &list,       &find,          &find_next,         &find_due,      &find_expired};

using Placed = std::pair<ConversationId, ScheduleRow>;

Placed read_schedule(const Row& from) {
    Columns columns(from);
    Placed placed;
    auto& [conversation, row] = placed;
    columns.id(row.id);
    columns.id(conversation);
    columns.id(row.sender);
    row.type = static_cast<MessageType>(columns.number());
    row.status = static_cast<ScheduleStatus>(columns.number());
    row.client_random = columns.number();
    if (const auto op = columns.optional_uuid()) row.op_id = OpId{*op};
    row.scheduled_at = columns.time();
    row.created_at = columns.time();
    row.updated_at = columns.time();
    row.last_useq = columns.number();
    row.metadata = columns.text();
    row.content = columns.text();
    return placed;
}

class Reader final : public ScheduleReader {
 public:
    explicit Reader(Reading reading) : reading_(reading) {}

    Result<std::vector<Placed>> schedules(const ScheduleQuery& query) override {
        std::vector<Placed> found;
        reading_.keys.row(query.sender, query.status, query.conversation, query.limit,
                          query.offset);
        const auto done =
            reading_.run(list, [&](const Row& row) { found.push_back(read_schedule(row)); });
        if (!done) return done.error();
        return found;
    }

    Result<std::optional<std::pair<ConversationId, UserId>>> locate_schedule(
        ScheduleId id) override {
        std::optional<std::pair<ConversationId, UserId>> place;
        reading_.keys.row(id);
        const auto done = reading_.run(find, [&](const Row& row) {
            Columns columns(row);
            place.emplace();
            columns.id(place->first);
            columns.id(place->second);
        });
        if (!done) return done.error();
        return place;
    }

 private:
    Reading reading_;
};

class Due final : public DueReader {
 public:
    explicit Due(Reading reading) : reading_(reading) {}

    Result<std::optional<Time>> next_due() override {
        std::optional<Time> next;
        reading_.keys.row(1);
        const auto done = reading_.run(find_next, [&](const Row& row) {
            Columns columns(row);
            next = columns.optional_time();
            const auto other = columns.optional_time();
            if (other && (!next || *other < *next)) next = other;
        });
        if (!done) return done.error();
        return next;
    }

    Result<std::vector<DueSchedule>> due_schedules(Time now, std::size_t limit) override {
        std::vector<DueSchedule> due;
        reading_.keys.row(now, limit);
        const auto done = reading_.run(find_due, [&](const Row& row) {
            Columns columns(row);
            DueSchedule& schedule = due.emplace_back();
            columns.id(schedule.conversation);
            columns.id(schedule.schedule);
            columns.id(schedule.sender);
        });
        if (!done) return done.error();
        return due;
    }

    Result<std::vector<ExpiredMessage>> expired_messages(Time now, std::size_t limit) override {
        std::vector<ExpiredMessage> expired;
        reading_.keys.row(now, limit);
        const auto done = reading_.run(find_expired, [&](const Row& row) {
            Columns columns(row);
            ExpiredMessage& message = expired.emplace_back();
            columns.id(message.conversation);
            message.no = columns.number();
            message.mseq = columns.number();
        });
        if (!done) return done.error();
        return expired;
    }

 private:
    Reading reading_;
};

}  // namespace

void load_schedules(Batch& batch, const LoadKeys& keys, Loaded& loaded) {
    // A row that is found in several ways is there once.
    const auto take = [&loaded](const Row& row) {
        auto& rows = loaded.schedules.rows;
        Placed placed = read_schedule(row);
        const bool known = std::any_of(rows.begin(), rows.end(), [&](const Placed& other) {
            return other.second.id == placed.second.id;
        });
        if (!known) rows.push_back(std::move(placed));
    };
    for (const ScheduleId& id : keys.schedules.ids)
        batch.keys.row(id);
    batch.ask(load_named, take);
    for (const ScheduleTwins& twins : keys.schedules.twins)
        batch.keys.row(twins.sender, twins.client_random);
    batch.ask(load_by_token, take);
    for (const ScheduleTwins& twins : keys.schedules.twins) {
        if (twins.op_id) batch.keys.row(twins.sender, *twins.op_id);
    }
    batch.ask(load_by_operation, take);
    for (const UserId& user : keys.schedules.pending_of)
        batch.keys.row(user);
    batch.ask(count_pending, [&loaded](const Row& row) {
        Columns columns(row);
        auto& [user, count] = loaded.schedules.pending.emplace_back();
        columns.id(user);
        count = static_cast<std::size_t>(columns.number());
    });
}

void write_schedules(Batch& batch, const ChangeSet& changes) {
    for (const auto& [conversation, row, created] : changes.schedules.written) {
        if (!created) continue;
        batch.keys.row(row.id, batch.held.number(conversation), row.sender, row.type, row.status,
                       row.client_random, row.op_id, row.scheduled_at, row.created_at,
                       row.updated_at, row.last_useq, row.metadata, row.content);
    }
    batch.ask(create);
    for (const auto& [conversation, row, created] : changes.schedules.written) {
        if (created) continue;
        batch.keys.row(row.id, row.type, row.status, row.scheduled_at, row.updated_at,
                       row.last_useq, row.metadata, row.content);
    }
    batch.ask_each(update);
}

std::unique_ptr<ScheduleReader> make_schedule_reader(Reading reading) {
    return std::make_unique<Reader>(reading);
}
std::unique_ptr<DueReader> make_due_reader(Reading reading) {
    return std::make_unique<Due>(reading);
}
std::span<const Statement* const> schedule_statements() noexcept {
    return statements;
}

}  // namespace whispr::sql
