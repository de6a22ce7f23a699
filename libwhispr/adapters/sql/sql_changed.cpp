// Which of a user's conversations changed: one pass over the user's memberships. What changed in
// them is another question.
#include <array>

#include "sql_reader.hpp"
#include "sql_rows.hpp"

namespace whispr::sql {

namespace {

constexpr Statement read_marks{
    "read how far the store is", "user_id uuid",
    "SELECT e.epoch, e.numbering, {change_marks}, "
    "(SELECT u.useq FROM users u WHERE u.id = $user_id) FROM {keys} store e"};

// Of a conversation that the user left he is told how he did, and nothing that came after.
constexpr Statement read_rows{
    "read changed conversations",
    "user_id uuid, since bigint, behind_at bigint, behind_id uuid, max_rows bigint",
    "SELECT x.id, x.open, x.eseq, x.mseq, x.last_useq, x.placed_at FROM {keys} {lateral} ("
    "SELECT c.id, s.active AND c.active AS open, "
    "CASE WHEN s.active THEN c.eseq ELSE m.last_eseq END AS eseq, "
    "CASE WHEN s.active THEN c.mseq ELSE 0 END AS mseq, s.last_useq, "
    "CASE WHEN s.active THEN c.last_activity_at ELSE 0 END AS placed_at "
    "FROM memberships s JOIN conversations c ON c.no = s.no "
    "JOIN members m ON m.no = s.no AND m.user_id = s.user_id "
    "WHERE s.user_id = $user_id AND ((s.active AND c.changed >= $since) "
    "OR s.changed >= $since OR m.changed >= $since) AND ($behind_at IS NULL "
    "OR CASE WHEN s.active THEN c.last_activity_at ELSE 0 END < $behind_at "
    "OR (CASE WHEN s.active THEN c.last_activity_at ELSE 0 END = $behind_at "
    "AND c.id < $behind_id)) "
    "ORDER BY placed_at DESC, c.id DESC LIMIT $max_rows) x "
    "{still_by x.placed_at DESC, x.id DESC}"};

constexpr std::array statements{&read_marks, &read_rows};

using Since = ChangedRows::Since;

/// From which number on the rows are asked for.
std::int64_t place_of(const std::optional<ChangeMark>& since, std::int64_t newest,
                      ChangedRows& found) {
    if (!since) return 0;
    if (since->epoch != found.now.epoch) {
        found.since = Since::elsewhere;
    } else if (since->numbering != found.now.numbering) {
        found.since = Since::unknown;
    } else if (since->number > newest) {
        found.since = Since::elsewhere;
    } else {
        return since->number;
    }
    return 0;
}

}  // namespace

std::span<const Statement* const> changed_statements() noexcept {
    return statements;
}

Result<void> read_changed(Reading reading, const ChangedQuery& query, ChangedRows& found) {
    reading.keys.row(query.user);
    std::int64_t newest = 0;
    auto done = reading.run(read_marks, [&](const Row& row) {
        Columns columns(row);
        found.now.epoch = columns.uuid();
        found.now.numbering = columns.uuid();
        found.now.number = columns.number();
        newest = columns.number();
        found.useq = columns.optional_number().value_or(0);
    });
    if (!done) return done;
    const std::int64_t from = place_of(query.since, newest, found);
    std::optional<Time> behind_at;
    std::optional<ConversationId> behind_id;
    if (query.behind) {
        behind_at = query.behind->last_activity_at;
        behind_id = query.behind->id;
    }
    reading.keys.row(query.user, from, behind_at, behind_id, query.limit + 1);
    return reading.run(read_rows, [&](const Row& row) {
        Columns columns(row);
        ChangedRow& changed = found.rows.emplace_back();
        columns.id(changed.id);
        changed.active = columns.boolean();
        changed.eseq = columns.number();
        changed.mseq = columns.number();
        changed.last_useq = columns.number();
        changed.last_activity_at = columns.time();
    });
}

}  // namespace whispr::sql
