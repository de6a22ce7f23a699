#include "whispr/adapters/postgres_copy.hpp"

#include <thread>

#include "postgres_connection.hpp"

namespace whispr {

namespace {

/// A server's connections are there for a moment after it has ended, as are ours.
constexpr std::chrono::seconds longest_farewell{3};
constexpr std::chrono::milliseconds between_looks{100};

// Pages are read by key: an index gives the next rows, anything else would look at all of them.
constexpr const char* settings =
    "SET enable_bitmapscan = off; SET idle_in_transaction_session_timeout = 0";

constexpr const char* others =
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
    "application_name = 'whispr' AND pid <> pg_backend_pid()";

Result<std::int64_t> number(postgres::Session& session, const char* sql, std::string_view what) {
    session.query(sql);
    const auto answer = session.settle(what);
    if (!answer) return answer.error();
    return postgres::BinaryRow(answer->get(), 0).number(0);
}

Result<void> wait_to_be_alone(postgres::Session& session) {
    const auto until = std::chrono::steady_clock::now() + longest_farewell;
    for (;;) {
        const auto found = number(session, others, "look for other connections");
        if (!found) return found.error();
        if (*found == 0) return {};
        if (std::chrono::steady_clock::now() > until) {
            return Error{Errc::unavailable,
                         "database " + session.place() + " is in use: " + std::to_string(*found) +
                             " other connections of whispr are open",
                         {}};
        }
        std::this_thread::sleep_for(between_looks);
    }
}

/// Opening a store makes its tables, which must not happen to what is only read.
Result<void> need_tables(const PostgresOptions& options) {
    const auto session = postgres::Session::open({.connection = options.connection,
                                                  .schema = options.schema,
                                                  .connect_timeout = options.connect_timeout,
                                                  .statement_timeout = options.statement_timeout,
                                                  .lock_timeout = options.lock_timeout});
    if (!session) return session.error();
    const std::string question = "SELECT count(*) FROM pg_tables WHERE schemaname = '" +
                                 options.schema + "' AND tablename = 'conversations'";
    const auto found = number(**session, question.c_str(), "look for the tables");
    if (!found) return found.error();
    if (*found == 1) return {};
    return Error{Errc::unavailable,
                 "database " + (*session)->place() + " holds no store: it has no schema '" +
                     options.schema + "' with our tables",
                 {}};
}

}  // namespace

Result<CopySide> open_postgres_copy(PostgresOptions options, CopyRole role) {
    if (auto valid = postgres::Database::check(options); !valid) return valid.error();
    if (role == CopyRole::source) {
        if (auto there = need_tables(options); !there) return there.error();
    }
    const auto database = postgres::Database::open(std::move(options), nullptr);
    if (!database) return database.error();
    auto session = (*database)->connect();
    if (!session) return session.error();
    if (auto alone = wait_to_be_alone(**session); !alone) return alone.error();
    CopySide side;
    side.name = "database " + (*session)->place();
    auto connection =
        std::make_shared<postgres::PostgresConnection>(*database, *std::move(session));
    if (auto done = connection->script(settings); !done) return done.error();
    side.connection = std::move(connection);
    return side;
}

}  // namespace whispr
