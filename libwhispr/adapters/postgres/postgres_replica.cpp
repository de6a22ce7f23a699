#include "postgres_replica.hpp"

#include <algorithm>

namespace whispr::postgres {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds between_rounds{500};
/// A standby on the same network is behind by about a millisecond.
constexpr int most_looks = 5;
constexpr std::chrono::milliseconds between_looks{1};
/// So long readers leave one alone that was further behind; twice as long each time.
constexpr std::chrono::milliseconds left_alone{20};
constexpr unsigned most_doublings = 5;

// Nothing is acknowledged, or seen by anybody, before it is flushed; unless that was turned off.
constexpr sql::Statement read_primary_place{
    "read how far the log is", "wanted bigint",
    "SELECT (CASE WHEN current_setting('synchronous_commit') = 'off' "
    "THEN pg_current_wal_insert_lsn() ELSE pg_current_wal_flush_lsn() END "
    "- '0/0'::pg_lsn)::bigint, false, e.history, e.epoch "
    "FROM {keys} store e WHERE $wanted = 1"};

// A statement of its own before the one that reads: what that one sees is chosen later.
constexpr sql::Statement read_standby_place{
    "read how far the log is replayed", "wanted bigint",
    "SELECT (coalesce(pg_last_wal_replay_lsn(), '0/0'::pg_lsn) - '0/0'::pg_lsn)::bigint, "
    "pg_is_in_recovery(), e.history, e.epoch FROM {keys} store e WHERE $wanted = 1"};

Result<LogPlace> place_of(PostgresConnection& connection, const sql::Statement& statement) {
    sql::KeyRows keys;
    keys.row(1);
    LogPlace place;
    const auto done = connection.run(statement, keys, [&](const sql::Row& row) {
        place.bytes = row.number(0);
        place.recovering = row.number(1) != 0;
        place.history = row.data(2);
        place.epoch = row.data(3);
    });
    if (!done) return done.error();
    return place;
}

/// Empty when the standby replays what the primary writes. One that follows another primary, or an
/// earlier timeline, has not replayed the row by which this one's history began.
std::string refuse(const LogPlace& primary, const LogPlace& standby) {
    if (primary.history.empty()) return "the primary does not tell its history";
    if (!standby.recovering) return "it is no standby any more";
    if (standby.history != primary.history || standby.epoch != primary.epoch)
        return "it is of another history (" + standby.history + ", the primary's is " +
               primary.history + ")";
    return {};
}

}  // namespace

Replica::Replica(std::shared_ptr<Database> primary, std::shared_ptr<Database> standby,
                 std::shared_ptr<LogSink> log)
    : primary_(std::move(primary)), standby_(std::move(standby)), log_(std::move(log)) {
    thread_ = std::thread([this] { run(); });
}

Replica::~Replica() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

bool Replica::may_be_asked() const noexcept {
    return usable_ && Clock::now().time_since_epoch().count() >= asked_again_at_;
}

void Replica::is_behind() noexcept {
    const unsigned doublings = std::min(behind_in_a_row_++, most_doublings);
    asked_again_at_ = (Clock::now() + left_alone * (1U << doublings)).time_since_epoch().count();
}

void Replica::keeps_up() noexcept {
    behind_in_a_row_ = 0;
    asked_again_at_ = 0;
}

void Replica::is_lost(const Error& why) {
    const std::lock_guard lock(mutex_);
    usable_ = false;
    why_ = why.text;
}

StorageFigures::Replica Replica::figures() const {
    StorageFigures::Replica figures;
    figures.usable = usable_;
    figures.lag_bytes = lag_;
    figures.reads = reads_;
    figures.passed_on = passed_on_;
    const std::lock_guard lock(mutex_);
    if (!figures.usable) figures.why = why_;
    return figures;
}

void Replica::run() {
    for (;;) {
        conclude(look());
        std::unique_lock lock(mutex_);
        if (wake_.wait_for(lock, between_rounds, [this] { return stopping_; })) return;
    }
}

std::string Replica::look() {
    const auto ask = [](const std::shared_ptr<Database>& database,
                        std::unique_ptr<PostgresConnection>& connection,
                        const sql::Statement& statement) -> Result<LogPlace> {
        if (!connection) {
            auto session = database->connect();
            if (!session) return session.error();
            connection = std::make_unique<PostgresConnection>(database, *std::move(session));
        }
        return place_of(*connection, statement);
    };
    const auto primary = ask(primary_, ask_primary_, read_primary_place);
    if (!primary) return primary.error().text;
    const auto standby = ask(standby_, ask_standby_, read_standby_place);
    if (!standby) return standby.error().text;
    lag_ = std::max<std::int64_t>(0, primary->bytes - standby->bytes);
    if (lag_ == 0) keeps_up();
    return refuse(*primary, *standby);
}

void Replica::conclude(const std::string& why) {
    const std::lock_guard lock(mutex_);
    usable_ = why.empty();
    why_ = why;
    if (!log_ || std::exchange(told_, why.empty() ? "used" : why) == (why.empty() ? "used" : why))
        return;
    if (why.empty()) {
        log_->log(LogLevel::info, "the replica answers reads");
    } else {
        log_->log(LogLevel::warning, "the replica is not used, the primary answers: " + why);
    }
}

bool ReplicaConnection::standby_knows_all() {
    if (!replica_->may_be_asked()) return false;
    // Whatever was committed before this was asked is in the log up to there.
    const auto floor = place_of(*primary_, read_primary_place);
    if (!floor) return false;
    if (!standby_) {
        auto session = replica_->standby()->connect();
        if (!session) {
            replica_->is_lost(session.error());
            return false;
        }
        standby_ = std::make_unique<PostgresConnection>(replica_->standby(), *std::move(session));
    }
    for (int looks = 1;; ++looks) {
        const auto place = place_of(*standby_, read_standby_place);
        if (!place) {
            replica_->is_lost(place.error());
            return false;
        }
        if (place->bytes >= floor->bytes) {
            const std::string why = refuse(*floor, *place);
            if (why.empty()) {
                replica_->keeps_up();
                return true;
            }
            replica_->is_lost({Errc::unavailable, why, {}});
            return false;
        }
        if (looks == most_looks) {
            replica_->is_behind();
            return false;
        }
        std::this_thread::sleep_for(between_looks);
    }
}

PostgresConnection& ReplicaConnection::choose(bool standby) {
    replica_->count(standby);
    return standby ? *standby_ : *primary_;
}

Result<void> ReplicaConnection::begin(sql::Mode mode) {
    rollback();
    const bool again = std::exchange(failed_there_, false);
    if (mode != sql::Mode::read) {
        transaction_ = primary_.get();
    } else {
        transaction_ = &choose(!again && standby_knows_all());
    }
    return transaction_->begin(mode);
}

Result<void> ReplicaConnection::commit() {
    PostgresConnection* const was = std::exchange(transaction_, nullptr);
    if (was == nullptr) return {};
    auto done = was->commit();
    failed_there_ = !done && was == standby_.get();
    return done;
}

void ReplicaConnection::rollback() noexcept {
    if (PostgresConnection* const was = std::exchange(transaction_, nullptr)) was->rollback();
}

// An answer is there before its first row is handed on, so nobody has seen any of one that failed.
Result<std::int64_t> ReplicaConnection::run(const sql::Statement& statement,
                                            const sql::KeyRows& keys, sql::OnRow on_row) {
    if (keys.empty()) return std::int64_t{0};
    if (transaction_ != nullptr) {
        auto done = transaction_->run(statement, keys, on_row);
        failed_there_ = !done && transaction_ == standby_.get();
        return done;
    }
    PostgresConnection& chosen = choose(standby_knows_all());
    auto done = chosen.run(statement, keys, on_row);
    if (done || &chosen == primary_.get()) return done;
    replica_->count(false);
    return primary_->run(statement, keys, on_row);
}

// A standby ends what stands in the way of its replay, and may be gone at any time.
bool ReplicaConnection::may_read_again() noexcept {
    return failed_there_;
}

}  // namespace whispr::postgres
