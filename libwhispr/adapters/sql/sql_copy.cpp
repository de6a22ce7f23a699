#include "sql_copy.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "dialect.hpp"
#include "sql_import.hpp"
#include "sql_reader.hpp"
#include "sql_table_pages.hpp"
#include "sql_tables.hpp"
#include "whispr/adapters/store_copy.hpp"

namespace whispr {

namespace sql {

namespace {

constexpr Statement write_epoch{
    "copy the epoch", "epoch uuid",
    "UPDATE store SET epoch = $epoch {from_keys} WHERE store.epoch IS NOT NULL"};

constexpr std::array statements{&write_epoch};

/// What a power cut takes of an unfinished copy is copied again.
constexpr std::string_view without_flushes = "@postgres SET synchronous_commit = off;\n";
constexpr std::string_view with_flushes = "@postgres SET synchronous_commit = on;\n";
/// What was written without flushes is on the disk after this.
constexpr std::string_view flush = "@sqlite PRAGMA wal_checkpoint(TRUNCATE);\n";
/// Rows were written with the numbers that they had, which the column has not drawn.
constexpr std::string_view continue_numbers =
    "@postgres SELECT setval(pg_get_serial_sequence('conversations', 'no'),\n"
    "@postgres     (SELECT no FROM conversations ORDER BY no DESC LIMIT 1));\n";

Result<void> script(Connection& connection, std::string_view text) {
    const std::string mine = expand_script(text, connection.dialect());
    if (mine.empty()) return {};
    return connection.script(mine);
}

Error refused(std::string text) {
    return {Errc::already_exists, std::move(text), {}};
}

/// Tells a source from others, wherever it is reached from.
Result<std::string> identity(Connection& source) {
    const auto epoch = read_epoch(source);
    if (!epoch) return epoch.error();
    const char* const kind = source.dialect() == Dialect::sqlite ? "SQLite" : "PostgreSQL";
    return std::string(kind) + " store " + epoch->to_string();
}

Result<bool> is_empty(Connection& connection) {
    for (const CopiedTable& table : copied_tables()) {
        TablePages pages(connection, table, 1);
        const auto found = pages.begin_behind_the_end_of(connection);
        if (!found) return found.error();
        if (*found) return false;
    }
    return true;
}

class Copying {
 public:
    Copying(const StorePair& stores, const CopyOptions& options)
        : source_(*stores.source.connection),
          target_(*stores.target.connection),
          options_(options),
          page_rows_(std::min(std::max<std::size_t>(1, options.batch_rows), copied_page_rows)) {}
    Copying(const Copying&) = delete;
    Copying& operator=(const Copying&) = delete;
    ~Copying() {
        if (writes_) target_.rollback();
        source_.rollback();
    }

    Result<void> run() {
        if (auto begun = source_.begin(Mode::read); !begun) return begun;
        if (auto done = copy_epoch(); !done) return done;
        for (const CopiedTable& table : copied_tables()) {
            if (auto done = copy(table); !done) return done;
        }
        if (auto done = script(target_, continue_numbers); !done) return done;
        return source_.commit();
    }

 private:
    Result<void> copy_epoch() {
        const auto epoch = read_epoch(source_);
        if (!epoch) return epoch.error();
        keys_.clear();
        keys_.row(*epoch);
        if (auto begun = begin(); !begun) return begun;
        const auto changed = target_.run(write_epoch, keys_, {});
        if (!changed) return changed.error();
        if (*changed != 1) return Error{Errc::internal, "the target has no epoch", {}};
        return commit("store");
    }

    // What is there is what was committed: in the order of the key, from the first row on.
    Result<void> copy(const CopiedTable& table) {
        TablePages pages(source_, table, page_rows_);
        if (const auto found = pages.begin_behind_the_end_of(target_); !found) return found.error();
        for (;;) {
            if (auto read = pages.next(); !read) return read;
            if (pages.rows() == 0) return commit(table.name);
            if (auto written = write(table, pages); !written) {
                written.error().text += ", rows of " + std::string(table.name) + " from " +
                                        describe_key(table, pages.row(0)) + " to " +
                                        describe_key(table, pages.row(pages.rows() - 1));
                return written;
            }
            if (batch_ < options_.batch_rows) continue;
            if (auto done = commit(table.name); !done) return done;
        }
    }

    Result<void> write(const CopiedTable& table, const TablePages& pages) {
        if (auto begun = begin(); !begun) return begun;
        keys_.clear();
        pages.add_to(keys_);
        const auto changed = target_.run(table.insert, keys_, {});
        if (!changed) return changed.error();
        batch_ += pages.rows();
        return {};
    }

    Result<void> begin() {
        if (std::exchange(writes_, true)) return {};
        return target_.begin(Mode::write);
    }

    Result<void> commit(std::string_view table) {
        if (!std::exchange(writes_, false)) return {};
        if (auto done = target_.commit(); !done) return done;
        rows_ += std::exchange(batch_, 0);
        if (options_.tell) options_.tell({.table = table, .rows = rows_});
        return {};
    }

    Connection& source_;
    Connection& target_;
    const CopyOptions& options_;
    const std::size_t page_rows_;
    KeyRows keys_;
    bool writes_ = false;    ///< whether a transaction of the target is open
    std::size_t batch_ = 0;  ///< rows that it has written
    std::uint64_t rows_ = 0;
};

}  // namespace

std::span<const Statement* const> copy_statements() noexcept {
    return statements;
}

}  // namespace sql

Result<CopyState> copy_state(const StorePair& stores) {
    sql::Connection& source = *stores.source.connection;
    if (auto complete = sql::refuse_unfinished(source, stores.source.name); !complete)
        return complete.error();
    const auto identity = sql::identity(source);
    if (!identity) return identity.error();
    const auto record = sql::read_import(*stores.target.connection);
    if (!record) return record.error();
    if (!*record) {
        const auto empty = sql::is_empty(*stores.target.connection);
        if (!empty) return empty.error();
        if (*empty) return CopyState::none;
        return sql::refused(stores.target.name + " is not empty: it is a store of its own");
    }
    if ((*record)->source != *identity) {
        return sql::refused(stores.target.name + " holds what came from " + (*record)->source +
                            ", and this is " + *identity);
    }
    return (*record)->finished_at ? CopyState::finished : CopyState::begun;
}

Result<void> copy_store(const StorePair& stores, const CopyOptions& options) {
    const auto state = copy_state(stores);
    if (!state) return state.error();
    if (*state == CopyState::finished) return sql::refused(stores.target.name + " is complete");
    sql::Connection& target = *stores.target.connection;
    if (*state == CopyState::none) {
        const auto identity = sql::identity(*stores.source.connection);
        if (!identity) return identity.error();
        if (auto begun = sql::begin_import(target, *identity); !begun) return begun;
    }
    if (auto done = sql::script(target, sql::without_flushes); !done) return done;
    return sql::Copying(stores, options).run();
}

Result<void> finish_copy(const StorePair& stores) {
    sql::Connection& target = *stores.target.connection;
    if (auto done = sql::script(target, sql::with_flushes); !done) return done;
    // Everything is on the disk before the target says that it is complete.
    if (auto done = sql::script(target, sql::flush); !done) return done;
    if (auto done = sql::finish_import(target); !done) return done;
    return sql::script(target, sql::flush);
}

}  // namespace whispr
