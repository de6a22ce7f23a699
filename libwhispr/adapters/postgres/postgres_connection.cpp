#include "postgres_connection.hpp"

#include <libpq-fe.h>

#include <charconv>
#include <chrono>
#include <cstring>
#include <thread>

namespace whispr::postgres {

namespace {

/// How long the outcome of a commit is asked for, and how long between two questions.
constexpr std::chrono::seconds longest_question{10};
constexpr std::chrono::milliseconds between_questions{100};

// The number is drawn with the first lock that the transaction takes, which is before this.
constexpr sql::Statement read_now{
    "read the time", "",
    "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, "
    "pg_current_xact_id()::text"};

std::int64_t changed_rows(pg_result* answer) {
    const char* const text = PQcmdTuples(answer);
    std::int64_t changed = 0;
    std::from_chars(text, text + std::strlen(text), changed);
    return changed;
}

}  // namespace

Result<void> PostgresConnection::begin(sql::Mode mode) {
    rollback();
    state_ = State::begun;
    mode_ = mode;
    transaction_.clear();
    return {};
}

Result<void> PostgresConnection::commit() {
    const State was = std::exchange(state_, State::idle);
    if (was != State::open) return {};
    if (!session_->alive()) return Error{Errc::unavailable, "the connection was lost", {}};
    session_->query("COMMIT");
    if (mode_ != sql::Mode::write) {
        session_->send_off();
        return {};
    }
    const auto answer = session_->settle("commit");
    if (!answer) {
        if (session_->alive()) return answer.error();
        return resolve(answer.error());
    }
    // A transaction that had failed is rolled back by COMMIT, without an error.
    if (std::string_view(PQcmdStatus(answer->get())) == "COMMIT") return {};
    return Error{Errc::internal, "commit: the transaction had failed before", {}};
}

// The server may have committed before the connection was lost. It is asked for the transaction by
// its number, which means something in the same history alone. After a crash the number of a
// transaction that was lost may be another one's by now, and that one may be committed.
Result<void> PostgresConnection::resolve(Error lost) {
    const auto until = std::chrono::steady_clock::now() + longest_question;
    while (!transaction_.empty() && !history_.empty() && std::chrono::steady_clock::now() < until) {
        if (connect()) {
            if (session_->history() != history_) break;
            const auto status = status_of_transaction();
            if (status && *status == "aborted") return lost;
            if (status && *status == "committed" && session_->life() == life_ && confirm())
                return {};
            if (status ? *status != "in progress" : session_->alive()) break;
        }
        std::this_thread::sleep_for(between_questions);
    }
    lost.code = Errc::outcome_unknown;
    return lost;
}

Result<std::string> PostgresConnection::status_of_transaction() {
    session_->query(("SELECT pg_xact_status('" + transaction_ + "'::xid8)").c_str());
    const auto answer = session_->settle("ask for a commit");
    if (!answer) return answer.error();
    if (PQntuples(answer->get()) != 1) return std::string();
    return std::string(BinaryRow(answer->get(), 0).data(0));
}

// A transaction is committed for others before the standbys that have to confirm it have done so,
// when the server was ended in between. What is confirmed later confirms all before it.
Result<void> PostgresConnection::confirm() {
    session_->query("BEGIN");
    session_->query("UPDATE store SET history = history");
    session_->query("COMMIT");
    if (const auto done = session_->settle("confirm a commit"); !done) return done.error();
    return {};
}

void PostgresConnection::rollback() noexcept {
    const State was = std::exchange(state_, State::idle);
    if (was != State::open || !session_->alive()) return;
    session_->query("ROLLBACK");
    session_->send_off();
}

Result<void> PostgresConnection::connect() {
    auto session = database_->connect();
    if (!session) return session.error();
    session_ = *std::move(session);
    for (auto& [statement, known] : known_)
        known.prepared = false;
    return {};
}

PostgresConnection::Known& PostgresConnection::known(const sql::Statement& statement) {
    Known& known = known_[&statement];
    if (known.sql.empty()) {
        sql::Expanded expanded = sql::expand(statement, sql::Dialect::postgres);
        known.sql = std::move(expanded.sql);
        known.keys = std::move(expanded.keys);
    }
    return known;
}

Result<Answer> PostgresConnection::attempt(Known& statement, std::string_view what) {
    const bool opens = state_ == State::begun;
    if (opens) {
        session_->query(mode_ == sql::Mode::write
                            ? "BEGIN"
                            : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    }
    if (!statement.prepared) {
        statement.name = "whispr_" + std::to_string(++names_);
        session_->prepare(statement.name, statement.sql);
    }
    session_->execute(statement.name, arrays_);
    auto answer = session_->settle(what);
    // After a failure, too: what was sent with it may have begun the transaction.
    if (opens && session_->alive()) {
        state_ = State::open;
        history_ = session_->history();
        life_ = session_->life();
    }
    if (answer) statement.prepared = true;
    return answer;
}

Result<Answer> PostgresConnection::execute(Known& statement, std::string_view what) {
    // Within a transaction a lost connection is its end. Before, nothing is lost with it: it may
    // have been idle while the server was restarted.
    const bool fresh = !session_->alive();
    if (fresh) {
        if (state_ == State::open) return Error{Errc::unavailable, "the connection was lost", {}};
        if (auto connected = connect(); !connected) return connected.error();
    }
    const bool first = state_ != State::open;
    auto answer = attempt(statement, what);
    if (answer || session_->alive() || !first || fresh) return answer;
    if (auto connected = connect(); !connected) return connected.error();
    return attempt(statement, what);
}

Result<std::int64_t> PostgresConnection::run(const sql::Statement& statement,
                                             const sql::KeyRows& keys, sql::OnRow on_row) {
    if (keys.empty()) return std::int64_t{0};
    Known& asked = known(statement);
    arrays_.fill(keys, asked.keys);
    const auto answer = execute(asked, statement.name);
    if (!answer) return answer.error();
    for (int row = 0; row < PQntuples(answer->get()); ++row)
        on_row(BinaryRow(answer->get(), row));
    return changed_rows(answer->get());
}

Result<Time> PostgresConnection::now() {
    if (database_->clock() != nullptr) return database_->clock()->now();
    Known& asked = known(read_now);
    arrays_.fill({}, asked.keys);
    const auto answer = execute(asked, read_now.name);
    if (!answer) return answer.error();
    const BinaryRow row(answer->get(), 0);
    transaction_ = row.data(1);
    return Time{Time::duration{row.number(0)}};
}

Result<void> PostgresConnection::script(const std::string& sql) {
    if (state_ == State::begun) {
        state_ = State::open;
        if (auto begun = session_->script("BEGIN"); !begun) return begun;
    }
    return session_->script(sql);
}

}  // namespace whispr::postgres
