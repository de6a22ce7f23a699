// The database while this process uses it: how to reach it, which history it holds, and how many
// lanes are open.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "postgres_session.hpp"
#include "whispr/adapters/postgres.hpp"

namespace whispr::postgres {

/// Any thread. Kept alive by all of its connections.
class Database : public std::enable_shared_from_this<Database> {
 public:
    static Result<std::shared_ptr<Database>> open(PostgresOptions options,
                                                  std::shared_ptr<Clock> clock);

    /// The standby that the options name as replica: only connect() is of use. Connects to nothing
    /// yet. Fails with invalid.
    static Result<std::shared_ptr<Database>> of_replica(PostgresOptions options);

    /// Fails with invalid when these are no options; open() does, too.
    static Result<void> check(const PostgresOptions& options);

    /// A session of its own. Right after a failure it fails at once, with the same error: who is
    /// waiting for a database that is down must not wait for it again and again.
    Result<std::unique_ptr<Session>> connect();

    [[nodiscard]] std::size_t lanes() const noexcept { return options_.lanes; }
    /// A lane's place, given up with the pointer; null when all are taken.
    std::shared_ptr<void> take_lane();
    [[nodiscard]] Uuid epoch() const noexcept;
    Result<void> ping();
    [[nodiscard]] StorageFigures figures() const;
    /// Null: the database's own.
    [[nodiscard]] Clock* clock() const noexcept { return clock_.get(); }

 private:
    Database(PostgresOptions options, std::shared_ptr<Clock> clock, bool standby = false);
    Result<void> migrate();
    /// Draws a new epoch when the tables hold numbers that the server has not given out.
    Result<void> leave_numbers_ahead();
    /// The oldest transaction that has not ended, and the next one's number.
    void watch_marks(std::int64_t oldest, std::int64_t next);
    /// The epoch of the store; a new one when its tables come from another history than the
    /// server's.
    static Result<Uuid> read_epoch(Session& session);
    void adopt(const Session& session, const Uuid& epoch);
    void log(LogLevel level, const std::string& text) const;

    const PostgresOptions options_;
    const SessionOptions session_options_;
    const std::shared_ptr<Clock> clock_;
    std::atomic<std::size_t> lanes_open_{0};

    mutable std::mutex mutex_;
    std::chrono::steady_clock::time_point retry_at_{};
    std::optional<Error> last_failure_;
    std::string history_;
    std::optional<Uuid> epoch_;
    std::int64_t held_at_ = -1;
    std::chrono::steady_clock::time_point held_since_{};
    bool held_told_ = false;
    std::chrono::microseconds marks_held_{0};

    std::mutex probe_mutex_;
    std::unique_ptr<Session> probe_;
};

}  // namespace whispr::postgres
