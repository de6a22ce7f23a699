#include "postgres_database.hpp"

#include <libpq-fe.h>

#include <algorithm>

#include "postgres_connection.hpp"
#include "sql/migrate.hpp"
#include "sql/sql_reader.hpp"

namespace whispr::postgres {

namespace {

constexpr std::chrono::milliseconds between_attempts{300};
/// A change of the clocks' difference that an operator should hear of.
constexpr std::chrono::seconds notable_step{1};

Time time_here() {
    return std::chrono::floor<Time::duration>(std::chrono::system_clock::now());
}
constexpr std::chrono::milliseconds shortest_connect{2'000};
constexpr std::chrono::milliseconds standby_statement{5'000};
constexpr std::chrono::milliseconds standby_grace{1'000};
/// Far longer than any transaction of ours.
constexpr std::chrono::seconds held_too_long{60};

/// Nothing, or what is wrong. Never the text itself: it may hold a password.
std::optional<std::string> refuse_connection_string(const std::string& text) {
    const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(
        PQconninfoParse(text.c_str(), nullptr), PQconninfoFree);
    if (!options) {
        return "not a connection string such as postgres://user:password@host:5432/database";
    }
    // Where these stand in a password as they are, the rest of it becomes a host, a port or a name,
    // which would be told when it is not found.
    for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
        const std::string_view name = option->keyword;
        const std::string_view value = option->val == nullptr ? "" : option->val;
        const auto at = value.find('@');
        if ((name == "host" && at != value.npos) ||
            (name == "port" && value.find_first_not_of("0123456789,") != value.npos) ||
            (name == "dbname" && at != value.npos && value.find('/', at) != value.npos)) {
            return "host, port or database of the connection string cannot be meant: within a "
                   "password @ is written as %40, / as %2F and : as %3A";
        }
    }
    return std::nullopt;
}

bool is_name(const std::string& text) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    };
    return !text.empty() && text.size() < 64 && !(text[0] >= '0' && text[0] <= '9') &&
           std::all_of(text.begin(), text.end(), plain);
}

/// A standby is not waited for as long: the primary answers, too.
SessionOptions session_options(const PostgresOptions& options, bool standby) {
    return {.connection = standby ? options.replica : options.connection,
            .schema = options.schema,
            .connect_timeout = standby ? shortest_connect : options.connect_timeout,
            .statement_timeout = standby ? std::min(options.statement_timeout, standby_statement)
                                         : options.statement_timeout,
            .lock_timeout = options.lock_timeout,
            .grace = standby ? standby_grace : std::chrono::milliseconds(5'000),
            .standby = standby};
}

Result<std::string> text_of(Session& session, const char* sql, std::string_view what) {
    session.query(sql);
    const auto answer = session.settle(what);
    if (!answer) return answer.error();
    if (PQntuples(answer->get()) != 1) return std::string();
    return std::string(BinaryRow(answer->get(), 0).data(0));
}

}  // namespace

Database::Database(PostgresOptions options, std::shared_ptr<Clock> clock, bool standby)
    : options_(std::move(options)),
      session_options_(session_options(options_, standby)),
      clock_(std::move(clock)) {}

Result<void> Database::check(const PostgresOptions& options) {
    if (auto wrong = refuse_connection_string(options.connection))
        return Error{Errc::invalid, *std::move(wrong), {}};
    if (!is_name(options.schema)) {
        return Error{Errc::invalid,
                     "schema '" + options.schema +
                         "' is not a name of lower-case letters, digits and underscores",
                     {}};
    }
    return {};
}

Result<std::shared_ptr<Database>> Database::open(PostgresOptions options,
                                                 std::shared_ptr<Clock> clock) {
    if (auto valid = check(options); !valid) return valid.error();
    options.lanes = std::max<std::size_t>(1, options.lanes);
    std::shared_ptr<Database> database(new Database(std::move(options), std::move(clock)));
    if (auto done = database->migrate(); !done) return done.error();
    if (auto reached = database->ping(); !reached) return reached.error();
    // Whoever never asks for its health keeps no connection for that.
    database->probe_.reset();
    return database;
}

Result<std::shared_ptr<Database>> Database::of_replica(PostgresOptions options) {
    if (auto wrong = refuse_connection_string(options.replica))
        return Error{Errc::invalid, "replica: " + *wrong, {}};
    return std::shared_ptr<Database>(new Database(std::move(options), nullptr, true));
}

Result<void> Database::migrate() {
    auto session = Session::open(session_options_);
    if (!session) return session.error();
    const std::string place = (*session)->place();
    const auto version = text_of(**session, "SELECT current_setting('server_version_num')",
                                 "read the server's version");
    if (!version) return version.error();
    if (version->size() < 6 || *version < "150000") {
        return Error{
            Errc::internal,
            "database " + place + ": PostgreSQL 15 or later is needed, this is " + *version,
            {}};
    }
    const auto foreign = text_of(**session,
                                 "SELECT (to_regclass('public.conversation_members') IS NOT NULL "
                                 "AND to_regclass('public.delivery_statuses') IS NOT NULL)::text",
                                 "look for other tables");
    if (!foreign) return foreign.error();
    if (*foreign == "true") {
        return Error{Errc::internal,
                     "database " + place +
                         " holds the tables of another messaging service: use a database of its "
                         "own, and 'whispr import' to take the messages over",
                     {}};
    }
    // Waiting for another process that brings the tables up to date is no failure. The lock is
    // given up after the schema can be seen.
    PostgresConnection connection(shared_from_this(), *std::move(session));
    auto done = connection.script(
        "SET statement_timeout = 0; SET lock_timeout = 0;"
        "BEGIN; SELECT pg_advisory_xact_lock(7521962890171214);"
        "CREATE SCHEMA IF NOT EXISTS " +
        options_.schema + "; COMMIT");
    if (!done) return done;
    done = sql::migrate(connection, sql::Dialect::postgres, sql::embedded_migrations(), place);
    return done ? leave_numbers_ahead() : done;
}

// Rows that a transaction of this server has written have numbers that it has given out. Others
// come from another server, or from before its numbers were set back.
Result<void> Database::leave_numbers_ahead() {
    auto session = Session::open(session_options_);
    if (!session) return session.error();
    const auto ahead = text_of(**session,
                               "SELECT EXISTS (SELECT 1 FROM conversations WHERE changed >= "
                               "pg_snapshot_xmax(pg_current_snapshot())::text::bigint)::text",
                               "compare the numbers of changes with the server's");
    if (!ahead) return ahead.error();
    if (*ahead == "false") return {};
    log(LogLevel::error,
        "database " + (*session)->place() +
            " holds changes with numbers that its server has not given out yet: it was written by "
            "another one, clients are told to read again");
    // Another process may have found the same: whoever comes second finds it done.
    return (*session)->script(
        "SET statement_timeout = 0; BEGIN; SELECT pg_advisory_xact_lock(7521962890171215);"
        "DO $$ DECLARE beyond bigint := pg_snapshot_xmax(pg_current_snapshot())::text::bigint;"
        "BEGIN IF EXISTS (SELECT 1 FROM conversations WHERE changed >= beyond) THEN "
        "UPDATE store SET epoch = gen_random_uuid(), numbering = gen_random_uuid();"
        "UPDATE conversations SET changed = 0 WHERE changed >= beyond;"
        "UPDATE members SET changed = 0 WHERE changed >= beyond;"
        "UPDATE memberships SET changed = 0 WHERE changed >= beyond;"
        "END IF; END $$; COMMIT");
}

Result<std::unique_ptr<Session>> Database::connect() {
    // A server that is down without a word takes seconds to be given up: one waits for it at a
    // time.
    bool is_probe = false;
    {
        const std::lock_guard lock(mutex_);
        const bool too_soon = std::chrono::steady_clock::now() < retry_at_;
        if (last_failure_ && (too_soon || probing_)) return *last_failure_;
        is_probe = probing_ = last_failure_.has_value();
    }
    auto session = Session::open(session_options_);
    // Without the lock: who asks for the epoch that is known must not wait for this one.
    const bool standby = session_options_.standby;
    const Result<Uuid> epoch = !session  ? session.error()
                               : standby ? Result<Uuid>(Uuid{})
                                         : read_epoch(**session);
    const std::lock_guard lock(mutex_);
    if (is_probe) probing_ = false;
    if (!epoch) {
        if (!last_failure_ && !standby) log(LogLevel::error, epoch.error().text);
        last_failure_ = epoch.error();
        retry_at_ = std::chrono::steady_clock::now() + between_attempts;
        return epoch.error();
    }
    if (!standby) adopt(**session, *epoch);
    if (last_failure_ && !standby)
        log(LogLevel::info, "database " + (*session)->place() + " is back");
    last_failure_.reset();
    return session;
}

Result<Uuid> Database::read_epoch(Session& session) {
    // Digits, letters and one slash: the server's own words.
    const std::string& history = session.history();
    if (!history.empty()) {
        session.query("BEGIN");
        session.query(("UPDATE store SET history = '" + history +
                       "', epoch = CASE WHEN history = "
                       "'' THEN epoch ELSE gen_random_uuid() END WHERE history <> '" +
                       history + "'")
                          .c_str());
        session.query("COMMIT");
    }
    session.query("SELECT epoch FROM store");
    const auto answer = session.settle("read the epoch");
    if (!answer) return answer.error();
    if (PQntuples(answer->get()) != 1) return Error{Errc::internal, "the store has no epoch", {}};
    const std::string_view bytes = BinaryRow(answer->get(), 0).data(0);
    Uuid epoch;
    std::copy(bytes.begin(), bytes.end(), epoch.bytes.begin());
    return epoch;
}

void Database::adopt(const Session& session, const Uuid& epoch) {
    if (epoch_ && *epoch_ != epoch) {
        log(LogLevel::error, "database " + session.place() + " has another history than before (" +
                                 session.history() + ", was " + history_ +
                                 "): what was acknowledged last may be lost, clients are told "
                                 "to read again");
    }
    history_ = session.history();
    epoch_ = epoch;
}

std::shared_ptr<void> Database::take_lane() {
    if (lanes_open_.fetch_add(1) >= options_.lanes) {
        lanes_open_.fetch_sub(1);
        return nullptr;
    }
    return {this, [self = shared_from_this()](void*) { self->lanes_open_.fetch_sub(1); }};
}

Uuid Database::epoch() const noexcept {
    const std::lock_guard lock(mutex_);
    return epoch_.value_or(Uuid{});
}

Result<void> Database::ping() {
    const std::lock_guard lock(probe_mutex_);
    // One that was lost since the last time is opened again.
    for (;;) {
        const bool fresh = !probe_ || !probe_->alive();
        if (fresh) {
            auto session = connect();
            if (!session) return session.error();
            probe_ = *std::move(session);
        }
        const Time before = time_here();
        probe_->query(
            "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, "
            "pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint "
            "FROM pg_current_snapshot() s");
        const auto answer = probe_->settle("ping");
        if (answer) {
            const BinaryRow row(answer->get(), 0);
            compare_clocks(before, Time{Time::duration{row.number(0)}}, time_here());
            watch_marks(row.number(1), row.number(2));
            return {};
        }
        if (fresh || probe_->alive()) return answer.error();
    }
}

// The answer was given at some moment in between: what is known already stays when it may be right.
void Database::compare_clocks(Time here_before, Time there, Time here_after) {
    if (!options_.time) return;
    const auto known = options_.time->ahead();
    const auto ahead = std::max(there - here_after, std::min(there - here_before, known));
    options_.time->set_ahead(ahead);
    if (std::chrono::abs(ahead - known) > notable_step) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(ahead);
        log(LogLevel::warning, "the database's clock is " + std::to_string(seconds.count()) +
                                   " s ahead of this machine's: its time is used");
    }
}

// A transaction that has a number and does not end, on any database of the server, holds the marks
// of `changed` at its own.
void Database::watch_marks(std::int64_t oldest, std::int64_t next) {
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    if (oldest == next || oldest != held_at_) {
        held_at_ = oldest;
        held_since_ = now;
        held_told_ = false;
    }
    marks_held_ = std::chrono::duration_cast<std::chrono::microseconds>(now - held_since_);
    if (oldest == next || marks_held_ < held_too_long || std::exchange(held_told_, true)) return;
    log(LogLevel::warning,
        "a transaction of the database server has not ended for " +
            std::to_string(std::chrono::floor<std::chrono::seconds>(marks_held_).count()) +
            " s: until it does, devices that catch up are told of the same conversations again "
            "(pg_prepared_xacts and pg_stat_activity, of every database, say whose it is)");
}

StorageFigures Database::figures() const {
    StorageFigures figures;
    const std::lock_guard lock(mutex_);
    figures.marks_held = marks_held_;
    return figures;
}

void Database::log(LogLevel level, const std::string& text) const {
    if (options_.log) options_.log->log(level, text);
}

}  // namespace whispr::postgres

whispr::Time whispr::DatabaseTime::now() noexcept {
    return postgres::time_here() + ahead();
}
