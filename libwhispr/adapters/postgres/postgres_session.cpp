#include "postgres_session.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include "postgres_error.hpp"

namespace whispr::postgres {

namespace {

/// How long a transaction may stand still between two statements: this part of what one may take.
constexpr int idle_part = 3;

std::string text_of(const char* text) {
    return text == nullptr ? "" : text;
}

bool succeeded(const pg_result* answer) {
    const ExecStatusType status = PQresultStatus(answer);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/// libpq's own waiting has no end when a server has stopped; this one has.
bool wait_for(int socket, bool writing, std::chrono::steady_clock::time_point deadline) {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) return false;
        pollfd watched{socket, static_cast<short>(writing ? POLLIN | POLLOUT : POLLIN), 0};
        const int ready = ::poll(&watched, 1, static_cast<int>(left.count()));
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

}  // namespace

void CloseSession::operator()(pg_conn* connection) const noexcept {
    PQfinish(connection);
}

void FreeAnswer::operator()(pg_result* answer) const noexcept {
    PQclear(answer);
}

Session::Session(pg_conn* connection) : connection_(connection) {
    PQsetNoticeProcessor(
        connection, [](void*, const char*) {}, nullptr);
    place_ = text_of(PQdb(connection)) + " at " + text_of(PQhost(connection)) + ":" +
             text_of(PQport(connection));
}

Result<std::unique_ptr<Session>> Session::open(const SessionOptions& options) {
    const std::string seconds = std::to_string(
        std::max<std::int64_t>(2, options.connect_timeout.count() / 1000));  // libpq's least
    // A server that is slow, or stands still, acknowledges what is sent; one that is cut off does
    // not.
    const std::string unanswered = std::to_string(options.connect_timeout.count());
    struct Word {
        const char* name;
        const char* value;
    };
    // What stands before the connection string can be set by it.
    const std::array words{Word{"fallback_application_name", "whispr"},
                           Word{"connect_timeout", seconds.c_str()},
                           Word{"keepalives_idle", "10"},
                           Word{"keepalives_interval", "5"},
                           Word{"keepalives_count", "3"},
                           Word{"tcp_user_timeout", unanswered.c_str()},
                           Word{"dbname", options.connection.c_str()},
                           Word{"client_encoding", "UTF8"},
                           Word{"target_session_attrs", options.standby ? "standby" : "read-write"},
                           Word{nullptr, nullptr}};
    std::array<const char*, words.size()> names{};
    std::array<const char*, words.size()> values{};
    for (std::size_t i = 0; i < words.size(); ++i) {
        names[i] = words[i].name;
        values[i] = words[i].value;
    }
    pg_conn* const connection = PQconnectdbParams(names.data(), values.data(), 1);
    if (connection == nullptr) return Error{Errc::unavailable, "there is no memory left", {}};
    std::unique_ptr<Session> session(new Session(connection));
    if (auto done = session->set_up(options); !done) return done.error();
    return session;
}

Result<void> Session::set_up(const SessionOptions& options) {
    patience_ = options.statement_timeout + options.grace;
    if (!alive()) {
        give_up();
        return lost(why_lost_, "connect", place_);
    }
    // All statements go by keys: a plan depends on no table's size, and is made once.
    const std::string timeout = std::to_string(options.statement_timeout.count());
    const std::string lock_timeout = std::to_string(options.lock_timeout.count());
    auto done = run_plain(
        "SET client_min_messages = warning; SET search_path = " + options.schema +
        "; SET statement_timeout = " + timeout + "; SET lock_timeout = " + lock_timeout +
        // What a process holds that stands still, or is cut off, is waited for by all others; and a
        // connection whose other end has gone silently takes the place of a new one.
        "; SET idle_in_transaction_session_timeout = " +
        std::to_string(options.statement_timeout.count() / idle_part) +
        "; SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5"
        "; SET tcp_keepalives_count = 3; SET tcp_user_timeout = 20000"
        "; SET plan_cache_mode = force_generic_plan; SET jit = off; SET enable_seqscan = off"
        "; SET enable_hashjoin = off; SET enable_mergejoin = off"
        "; SET max_parallel_workers_per_gather = 0; SET TimeZone = 'UTC'");
    if (!done) return done;
    PQsetnonblocking(connection_.get(), 1);
    PQenterPipelineMode(connection_.get());
    read_history();
    if (!alive()) return lost(why_lost_, "connect", place_);
    return {};
}

// The timeline is the one that is written now: the last checkpoint's may be older. A crash empties
// the server's counters, and nothing else tells everybody of it.
void Session::read_history() {
    query(
        "SELECT system_identifier::text || '/' || "
        "substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), "
        "coalesce((SELECT stats_reset FROM pg_stat_wal)::text, '') FROM pg_control_system()");
    const auto answer = settle("read the server's history");
    if (!answer || PQntuples(answer->get()) != 1) return;
    history_ = BinaryRow(answer->get(), 0).data(0);
    life_ = BinaryRow(answer->get(), 0).data(1);
}

bool Session::alive() const noexcept {
    return connection_ != nullptr && PQstatus(connection_.get()) == CONNECTION_OK;
}

void Session::query(const char* sql) {
    ++collected_;
    if (!alive()) return;
    if (PQsendQueryParams(connection_.get(), sql, 0, nullptr, nullptr, nullptr, nullptr, 1) == 0)
        give_up();
}

void Session::prepare(const std::string& name, const std::string& sql) {
    ++collected_;
    if (!alive()) return;
    if (PQsendPrepare(connection_.get(), name.c_str(), sql.c_str(), 0, nullptr) == 0) give_up();
}

void Session::execute(const std::string& name, const KeyArrays& keys) {
    ++collected_;
    if (!alive()) return;
    if (PQsendQueryPrepared(connection_.get(), name.c_str(), keys.count(), keys.data(),
                            keys.sizes(), keys.formats(), 1) == 0)
        give_up();
}

void Session::sync() {
    sent_.push_back(std::exchange(collected_, 0));
    if (alive() && PQpipelineSync(connection_.get()) == 0) give_up();
}

void Session::send_off() {
    sync();
    if (alive() && PQflush(connection_.get()) < 0) give_up();
}

Result<Answer> Session::settle(std::string_view what) {
    Answers answers = settle_all({&what, 1});
    if (answers.failure) return *std::move(answers.failure);
    return std::move(answers.given.back());
}

Answers Session::settle_all(std::span<const std::string_view> whats) {
    sync();
    while (sent_.size() > 1)
        (void)take(whats);
    return take(whats);
}

Answers Session::take(std::span<const std::string_view> whats) {
    const std::size_t commands = std::exchange(sent_.front(), 0);
    sent_.pop_front();
    Answers answers;
    answers.given.reserve(commands);
    const auto lost_at = [&](std::size_t at) {
        if (!answers.failure)
            answers.failure = lost(why_lost_, whats[std::min(at, whats.size() - 1)], place_);
        return std::move(answers);
    };
    for (std::size_t i = 0; i < commands; ++i) {
        Answer answer;
        if (!next(answer) || !answer) return lost_at(i);
        const bool passed = succeeded(answer.get());
        if (!passed && !answers.failure) {
            answers.failure = failure(answer.get(), whats[std::min(i, whats.size() - 1)], place_);
            answers.refused = !is_farewell(answer.get());
            if (ends_session(answer.get())) give_up();
        }
        if (!answers.failure) answers.given.push_back(std::move(answer));
        Answer end;
        if (!next(end)) return lost_at(i + 1);
    }
    Answer synced;
    if (!next(synced)) return lost_at(commands);
    return answers;
}

bool Session::next(Answer& answer) {
    const auto deadline = std::chrono::steady_clock::now() + patience_;
    while (alive()) {
        const int unsent = PQflush(connection_.get());
        if (unsent >= 0 && PQisBusy(connection_.get()) == 0) {
            answer.reset(PQgetResult(connection_.get()));
            if (answer == nullptr && !alive()) give_up();
            return answer != nullptr || alive();
        }
        const bool waited =
            unsent >= 0 && wait_for(PQsocket(connection_.get()), unsent > 0, deadline);
        if (!waited || PQconsumeInput(connection_.get()) == 0) give_up();
    }
    return false;
}

void Session::give_up() {
    if (connection_ == nullptr) return;
    why_lost_ = text_of(PQerrorMessage(connection_.get()));
    std::replace_if(
        why_lost_.begin(), why_lost_.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
    connection_.reset();
}

Result<void> Session::run_plain(const std::string& sql) {
    const Answer answer(PQexec(connection_.get(), sql.c_str()));
    if (!alive()) {
        give_up();
        return lost(why_lost_, "run a script", place_);
    }
    if (!succeeded(answer.get())) return failure(answer.get(), "run a script", place_);
    return {};
}

Result<void> Session::script(const std::string& sql) {
    constexpr std::string_view what = "run a script";
    while (alive() && !sent_.empty())
        (void)take({&what, 1});
    if (!alive()) return lost(why_lost_, "run a script", place_);
    PQexitPipelineMode(connection_.get());
    PQsetnonblocking(connection_.get(), 0);
    auto done = run_plain(sql);
    if (!alive()) return done;
    PQsetnonblocking(connection_.get(), 1);
    PQenterPipelineMode(connection_.get());
    return done;
}

}  // namespace whispr::postgres
