#include "sql_import.hpp"

#include <array>

#include "sql_rows.hpp"

namespace whispr::sql {

namespace {

constexpr Statement find_import{
    "read the import's record", "imports bigint",
    "SELECT i.source, i.begun_at, i.finished_at FROM {keys} imports i WHERE $imports = 1"};

// Whatever a store holds hangs on one of these.
constexpr Statement find_any_row{
    "look for rows", "wanted bigint",
    "SELECT 1 FROM {keys} store e WHERE $wanted = 1 AND (EXISTS (SELECT 1 FROM conversations) "
    "OR EXISTS (SELECT 1 FROM reports) OR EXISTS (SELECT 1 FROM sender_keys))"};

constexpr Statement record_begin{
    "record an import", "source text, begun_at bigint",
    "INSERT INTO imports (source, begun_at) {values} $source, $begun_at {/values}"};

constexpr Statement record_end{"record the import's end", "finished_at bigint",
                               "UPDATE imports SET finished_at = $finished_at {from_keys} "
                               "WHERE imports.finished_at IS NULL"};

constexpr std::array statements{&find_import, &find_any_row, &record_begin, &record_end};

Result<void> record(Connection& connection, const std::string& source) {
    KeyRows keys;
    keys.row(1);
    bool empty = true;
    auto done = connection.run(find_any_row, keys, [&](const Row&) { empty = false; });
    if (!done) return done.error();
    if (!empty) return Error{Errc::already_exists, "the store is not empty", {}};
    const Result<Time> now = connection.now();
    if (!now) return now.error();
    keys.clear();
    keys.row(source, *now);
    if (done = connection.run(record_begin, keys, {}); !done) return done.error();
    return {};
}

Result<void> record_now(Connection& connection) {
    const Result<Time> now = connection.now();
    if (!now) return now.error();
    KeyRows keys;
    keys.row(*now);
    const auto changed = connection.run(record_end, keys, {});
    if (!changed) return changed.error();
    if (*changed != 1) return Error{Errc::internal, "no import has begun in this store", {}};
    return {};
}

template <class Function>
Result<void> in_transaction(Connection& connection, Function function) {
    if (auto begun = connection.begin(Mode::write); !begun) return begun;
    if (auto done = function(); !done) {
        connection.rollback();
        return done;
    }
    return connection.commit();
}

}  // namespace

std::span<const Statement* const> import_statements() noexcept {
    return statements;
}

Result<std::optional<ImportRecord>> read_import(Connection& connection) {
    KeyRows keys;
    keys.row(1);
    std::optional<ImportRecord> found;
    const auto done = connection.run(find_import, keys, [&](const Row& row) {
        Columns columns(row);
        found.emplace();
        found->source = columns.text();
        found->begun_at = columns.time();
        found->finished_at = columns.optional_time();
    });
    if (!done) return done.error();
    return found;
}

Result<void> refuse_unfinished(Connection& connection, const std::string& database) {
    const auto import = read_import(connection);
    if (!import) return import.error();
    if (!*import || (*import)->finished_at) return {};
    return Error{Errc::unavailable,
                 "the import into database " + database + " from " + (*import)->source +
                     " is not finished: run it again, and it goes on where it stopped",
                 {}};
}

Result<void> begin_import(Connection& connection, const std::string& source) {
    return in_transaction(connection, [&] { return record(connection, source); });
}

Result<void> finish_import(Connection& connection) {
    return in_transaction(connection, [&] { return record_now(connection); });
}

}  // namespace whispr::sql
