#include "postgres_connection.hpp"

#include <libpq-fe.h>

#include <algorithm>
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
    // A change that has to find its rows is looked at before it is made durable, and what begins a
    // transaction may be sent again, which a commit must not be.
    const auto asked_end = asked_.begin() + static_cast<std::ptrdiff_t>(asked_count_);
    const bool checked = std::any_of(asked_.begin(), asked_end, [](const Asked& asked) {
        return asked.finds == sql::Finds::each;
    });
    if (checked || mode_ != sql::Mode::write || state_ != State::open) {
        if (auto done = settle(); !done) {
            rollback();
            return done;
        }
    }
    if (std::exchange(state_, State::idle) != State::open) return {};
    if (!session_->alive()) {
        forget_asked();
        return Error{Errc::unavailable, "the connection was lost", {}};
    }
    if (mode_ == sql::Mode::write) return commit_asked();
    session_->query("COMMIT");
    session_->send_off();
    return {};
}

Result<void> PostgresConnection::commit_asked() {
    Answers answers = send_asked(Ending::commit);
    forget_asked();
    if (!answers.failure) {
        // A transaction that had failed is rolled back by COMMIT, without an error.
        if (std::string_view(PQcmdStatus(answers.given.back().get())) == "COMMIT") return {};
        return Error{Errc::internal, "commit: the transaction had failed before", {}};
    }
    // The server runs nothing after a failure, so it has not come to the COMMIT.
    const bool certain = answers.refused && answers.given.size() + 1 < whats_.size();
    if (session_->alive()) {
        session_->query("ROLLBACK");
        session_->send_off();
    }
    if (certain || session_->alive()) return *std::move(answers.failure);
    return resolve(*std::move(answers.failure));
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
    forget_asked();
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

PostgresConnection::Asked& PostgresConnection::place_for(const sql::Statement& statement) {
    if (asked_count_ == asked_.size()) asked_.emplace_back();
    Asked& asked = asked_[asked_count_++];
    asked.statement = &statement;
    asked.known = &known(statement);
    asked.finds = sql::Finds::any;
    return asked;
}

void PostgresConnection::forget_asked() noexcept {
    for (; asked_count_ > 0; --asked_count_)
        asked_[asked_count_ - 1].take = {};
}

Answers PostgresConnection::send_asked(Ending ending) {
    whats_.clear();
    const bool opens = state_ == State::begun;
    if (opens) {
        session_->query(mode_ == sql::Mode::write
                            ? "BEGIN"
                            : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        whats_.emplace_back("begin");
    }
    std::vector<Known*> prepared;
    for (std::size_t i = 0; i < asked_count_; ++i) {
        Asked& asked = asked_[i];
        if (!std::exchange(asked.known->prepared, true)) {
            asked.known->name = "whispr_" + std::to_string(++names_);
            session_->prepare(asked.known->name, asked.known->sql);
            whats_.push_back(asked.statement->name);
            prepared.push_back(asked.known);
        }
        session_->execute(asked.known->name, asked.arrays);
        asked.answer = whats_.size();
        whats_.push_back(asked.statement->name);
    }
    if (ending == Ending::commit) {
        session_->query("COMMIT");
        whats_.emplace_back("commit");
    }
    Answers answers = session_->settle_all(whats_);
    // After a failure, too: what was sent with it may have begun the transaction.
    if (opens && session_->alive()) {
        state_ = State::open;
        history_ = session_->history();
        life_ = session_->life();
    }
    if (answers.failure) {
        for (Known* const known : prepared)
            known->prepared = false;
    }
    return answers;
}

Answers PostgresConnection::send_asked_again_when_lost() {
    // Within a transaction a lost connection is its end. Before, nothing is lost with it: it may
    // have been idle while the server was restarted.
    const auto failed = [](Error error) { return Answers{{}, std::move(error), false}; };
    const bool fresh = !session_->alive();
    if (fresh) {
        if (state_ == State::open)
            return failed({Errc::unavailable, "the connection was lost", {}});
        if (auto connected = connect(); !connected) return failed(connected.error());
    }
    const bool first = state_ != State::open;
    Answers answers = send_asked(Ending::none);
    if (!answers.failure || session_->alive() || !first || fresh) return answers;
    if (auto connected = connect(); !connected) return failed(connected.error());
    return send_asked(Ending::none);
}

Result<void> PostgresConnection::take_answers(const Answers& answers) {
    for (std::size_t i = 0; i < asked_count_; ++i) {
        const Asked& asked = asked_[i];
        pg_result* const answer = answers.given[asked.answer].get();
        for (int row = 0; asked.take && row < PQntuples(answer); ++row)
            asked.take(BinaryRow(answer, row));
        changed_ = changed_rows(answer);
        if (asked.finds == sql::Finds::any) continue;
        if (auto done = sql::check_each(*asked.statement, changed_, asked.keys); !done) return done;
    }
    return {};
}

Result<void> PostgresConnection::settle() {
    if (asked_count_ == 0) return {};
    const Answers answers = send_asked_again_when_lost();
    Result<void> done;
    if (answers.failure) {
        done = *answers.failure;
    } else {
        done = take_answers(answers);
    }
    forget_asked();
    return done;
}

Result<void> PostgresConnection::ask(const sql::Statement& statement, const sql::KeyRows& keys,
                                     sql::TakeRow take, sql::Finds finds) {
    if (keys.empty()) return {};
    Asked& asked = place_for(statement);
    const std::vector<sql::KeyType>& types = asked.known->keys;
    asked.arrays.fill(keys, types);
    asked.take = std::move(take);
    asked.finds = finds;
    asked.keys = static_cast<std::int64_t>(keys.values().size() / types.size());
    return {};
}

Result<std::int64_t> PostgresConnection::run(const sql::Statement& statement,
                                             const sql::KeyRows& keys, sql::OnRow on_row) {
    if (keys.empty()) return std::int64_t{0};
    auto done = ask(statement, keys, on_row, sql::Finds::any);
    if (done) done = settle();
    if (!done) return done.error();
    return changed_;
}

Result<void> PostgresConnection::ask_now(Time& now) {
    if (database_->clock() != nullptr) {
        now = database_->clock()->now();
        return {};
    }
    Asked& asked = place_for(read_now);
    asked.arrays.fill({}, asked.known->keys);
    asked.take = [this, &now](const sql::Row& row) {
        now = Time{Time::duration{row.number(0)}};
        transaction_ = row.data(1);
    };
    return {};
}

Result<Time> PostgresConnection::now() {
    Time now;
    auto done = ask_now(now);
    if (done) done = settle();
    if (!done) return done.error();
    return now;
}

Result<void> PostgresConnection::script(const std::string& sql) {
    if (auto done = settle(); !done) return done;
    if (state_ == State::begun) {
        state_ = State::open;
        if (auto begun = session_->script("BEGIN"); !begun) return begun;
    }
    return session_->script(sql);
}

}  // namespace whispr::postgres
