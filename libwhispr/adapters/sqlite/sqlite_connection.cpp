#include "sqlite_connection.hpp"

#include <sqlite3.h>

#include "sqlite_error.hpp"

namespace whispr::sqlite {

namespace {

/// Waiting for a checkpoint that holds the writer's lock: far longer than one takes.
constexpr int busy_timeout_ms = 10'000;

class SqliteRow final : public sql::Row {
 public:
    explicit SqliteRow(sqlite3_stmt* statement) noexcept : statement_(statement) {}

    bool null(int column) const override {
        return sqlite3_column_type(statement_, column) == SQLITE_NULL;
    }
    std::int64_t number(int column) const override {
        return sqlite3_column_int64(statement_, column);
    }
    std::string_view data(int column) const override {
        const void* data = sqlite3_column_blob(statement_, column);
        const int size = sqlite3_column_bytes(statement_, column);
        return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
    }

 private:
    sqlite3_stmt* const statement_;
};

/// Leaves a statement ready for its next run, also when a row's function throws.
class ResetAfter {
 public:
    explicit ResetAfter(sqlite3_stmt* statement) noexcept : statement_(statement) {}
    ~ResetAfter() { sqlite3_reset(statement_); }
    ResetAfter(const ResetAfter&) = delete;
    ResetAfter& operator=(const ResetAfter&) = delete;

 private:
    sqlite3_stmt* const statement_;
};

int bind(sqlite3_stmt* statement, int index, const sql::Value& value, sql::KeyType type) noexcept {
    switch (value.kind()) {
        case sql::Value::Kind::null:
            return sqlite3_bind_null(statement, index);
        case sql::Value::Kind::number:
            return sqlite3_bind_int64(statement, index, value.number());
        case sql::Value::Kind::data:
            break;
    }
    // An empty value is not NULL, whatever its address.
    const void* data = value.size() > 0 ? value.data() : "";
    if (type == sql::KeyType::text) {
        return sqlite3_bind_text64(statement, index, static_cast<const char*>(data), value.size(),
                                   nullptr, SQLITE_UTF8);
    }
    return sqlite3_bind_blob64(statement, index, data, value.size(), nullptr);
}

}  // namespace

void CloseConnection::operator()(sqlite3* connection) const noexcept {
    sqlite3_close_v2(connection);
}

void Finalize::operator()(sqlite3_stmt* statement) const noexcept {
    sqlite3_finalize(statement);
}

SqliteConnection::SqliteConnection(Handle handle, std::string path, std::shared_ptr<Clock> clock)
    : handle_(std::move(handle)), path_(std::move(path)), clock_(std::move(clock)) {}

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const ConnectionOptions& options,
                                                                 std::shared_ptr<Clock> clock) {
    sqlite3* raw = nullptr;
    // One thread at a time uses a connection, so it needs no lock of its own.
    const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
    const int code = sqlite3_open_v2(options.path.c_str(), &raw, flags,
                                     options.vfs.empty() ? nullptr : options.vfs.c_str());
    Handle handle(raw);
    if (code != SQLITE_OK) return failure(raw, code, "open", options.path);
    sqlite3_busy_timeout(raw, busy_timeout_ms);
    std::unique_ptr<SqliteConnection> connection(
        new SqliteConnection(std::move(handle), options.path, std::move(clock)));
    const std::string settings =
        "PRAGMA cache_size = -" + std::to_string(options.cache_kib) +
        "; PRAGMA synchronous = " + (options.synchronous_full ? "FULL" : "NORMAL") +
        "; PRAGMA foreign_keys = OFF; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;" +
        (options.read_only ? " PRAGMA query_only = ON;" : "");
    if (auto done = connection->script(settings); !done) return done.error();
    return connection;
}

Error SqliteConnection::fail(int code, std::string_view what) const {
    return failure(handle_.get(), code, what, path_);
}

Result<Prepared> SqliteConnection::prepare(std::string_view sql, std::string_view name) {
    sqlite3_stmt* raw = nullptr;
    const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    if (code != SQLITE_OK) return fail(code, name);
    return Prepared(raw);
}

Result<SqliteConnection::Known*> SqliteConnection::known(const sql::Statement& statement) {
    const auto found = known_.find(&statement);
    if (found != known_.end()) return &found->second;
    sql::Expanded expanded = sql::expand(statement, sql::Dialect::sqlite);
    Result<Prepared> prepared = prepare(expanded.sql, statement.name);
    if (!prepared) return prepared.error();
    Known& added = known_[&statement];
    added = {*std::move(prepared), std::move(expanded.keys)};
    return &added;
}

Result<std::int64_t> SqliteConnection::run(const sql::Statement& statement,
                                           const sql::KeyRows& keys, sql::OnRow on_row) {
    const std::vector<sql::Value>& values = keys.values();
    if (values.empty()) return std::int64_t{0};
    const Result<Known*> found = known(statement);
    if (!found) return found.error();
    const std::vector<sql::KeyType>& types = (*found)->keys;
    sqlite3_stmt* const handle = (*found)->statement.get();
    const SqliteRow row(handle);
    const bool changes = sqlite3_stmt_readonly(handle) == 0;
    std::int64_t changed = 0;
    for (auto value = values.begin(); value != values.end();) {
        const ResetAfter reset(handle);
        int code = SQLITE_OK;
        for (std::size_t i = 0; i < types.size() && code == SQLITE_OK; ++i, ++value) {
            code = bind(handle, static_cast<int>(i) + 1, *value, types[i]);
        }
        if (code != SQLITE_OK) return fail(code, statement.name);
        while ((code = sqlite3_step(handle)) == SQLITE_ROW)
            on_row(row);
        if (code != SQLITE_DONE) return fail(code, statement.name);
        if (changes) changed += sqlite3_changes64(handle_.get());
    }
    return changed;
}

Result<void> SqliteConnection::step_plain(Prepared& statement, const char* sql) {
    if (!statement) {
        Result<Prepared> prepared = prepare(sql, sql);
        if (!prepared) return prepared.error();
        statement = *std::move(prepared);
    }
    const ResetAfter reset(statement.get());
    const int code = sqlite3_step(statement.get());
    if (code != SQLITE_DONE) return fail(code, sql);
    return {};
}

Result<void> SqliteConnection::begin(sql::Mode mode) {
    if (mode != sql::Mode::write) {
        // Before the state that is read is chosen with the first statement: that one is no older.
        if (numbers_) mark_ = numbers_->mark();
        return step_plain(begin_read_, "BEGIN");
    }
    if (flush_failed_ && flush_failed_->load()) {
        return Error{Errc::unavailable,
                     "a flush to the disk has failed before: what was stored since is uncertain, "
                     "restart on a sound disk, database " +
                         path_,
                     {}};
    }
    if (numbers_) number_ = numbers_->next();
    return step_plain(begin_write_, "BEGIN IMMEDIATE");
}

Result<void> SqliteConnection::commit() {
    Result<void> done = step_plain(commit_, "COMMIT");
    if (done) {
        if (const std::int64_t number = std::exchange(number_, 0); number > 0)
            numbers_->committed(number);
        return done;
    }
    // Everything was written, but whether the disk has it is not known; and the system may forget
    // it silently.
    if (sqlite3_extended_errcode(handle_.get()) == SQLITE_IOERR_FSYNC) {
        done.error().code = Errc::outcome_unknown;
        if (flush_failed_) flush_failed_->store(true);
    }
    rollback();
    return done;
}

void SqliteConnection::rollback() noexcept {
    if (sqlite3_get_autocommit(handle_.get()) != 0) return;
    sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<void> SqliteConnection::script(const std::string& sql) {
    const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return fail(code, "run a script");
    return {};
}

Result<std::int64_t> SqliteConnection::number(const char* sql) {
    const Result<Prepared> statement = prepare(sql, sql);
    if (!statement) return statement.error();
    const int code = sqlite3_step(statement->get());
    if (code != SQLITE_ROW) return fail(code, sql);
    return sqlite3_column_int64(statement->get(), 0);
}

Result<void> SqliteConnection::draw_numbers(std::shared_ptr<ChangeNumbers> numbers) {
    numbers_ = std::move(numbers);
    const auto answer_with = [this](const char* name,
                                    void (*answer)(sqlite3_context*, int, sqlite3_value**)) {
        return sqlite3_create_function_v2(handle_.get(), name, 0, SQLITE_UTF8 | SQLITE_DIRECTONLY,
                                          this, answer, nullptr, nullptr, nullptr);
    };
    int code = answer_with("change_number", [](sqlite3_context* context, int, sqlite3_value**) {
        const auto* self = static_cast<SqliteConnection*>(sqlite3_user_data(context));
        sqlite3_result_int64(context, self->number_);
    });
    if (code == SQLITE_OK) {
        code = answer_with("change_mark", [](sqlite3_context* context, int, sqlite3_value**) {
            const auto* self = static_cast<SqliteConnection*>(sqlite3_user_data(context));
            sqlite3_result_int64(context, self->mark_);
        });
    }
    if (code != SQLITE_OK) return fail(code, "make a function");
    return {};
}

Result<Time> SqliteConnection::now() {
    return clock_->now();
}

}  // namespace whispr::sqlite
