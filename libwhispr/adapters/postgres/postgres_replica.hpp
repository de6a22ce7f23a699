// Reads on a standby of the primary, as long as what it answers is what the primary would: a read
// asks the primary how far its log is, and the standby whether it has replayed that. Then it shows
// everything that was committed, by whomever, before the read began. Where it does not, or cannot
// be asked, the primary answers.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "postgres_connection.hpp"

namespace whispr::postgres {

/// Where a server's log is, and of which history it is.
struct LogPlace {
    std::int64_t bytes = 0;
    bool recovering = false;  ///< takes no writes: a standby
    std::string history{};    ///< as the store's row says, which a standby replays with the rest
    std::string epoch{};
};

/// The standby while this process uses it. Any thread. A thread of its own looks after it, so that
/// no reader waits for one that is gone.
class Replica {
 public:
    /// `primary` is asked how far it is.
    Replica(std::shared_ptr<Database> primary, std::shared_ptr<Database> standby,
            std::shared_ptr<LogSink> log);
    ~Replica();
    Replica(const Replica&) = delete;
    Replica& operator=(const Replica&) = delete;

    [[nodiscard]] const std::shared_ptr<Database>& standby() const noexcept { return standby_; }
    /// Worth asking now.
    [[nodiscard]] bool may_be_asked() const noexcept;
    /// A reader found it so; nobody asks for a moment, and for a longer one when that was in vain.
    void is_behind() noexcept;
    void keeps_up() noexcept;
    /// A reader could not ask it; nobody does before it was looked at again.
    void is_lost(const Error& why);
    void count(bool answered_there) noexcept { ++(answered_there ? reads_ : passed_on_); }
    [[nodiscard]] StorageFigures::Replica figures() const;

 private:
    void run();
    /// Asks both; empty when all is well.
    std::string look();
    void conclude(const std::string& why);

    const std::shared_ptr<Database> primary_;
    const std::shared_ptr<Database> standby_;
    const std::shared_ptr<LogSink> log_;
    std::unique_ptr<PostgresConnection> ask_primary_;
    std::unique_ptr<PostgresConnection> ask_standby_;

    std::atomic<bool> usable_{false};
    std::atomic<std::chrono::steady_clock::rep> asked_again_at_{0};
    std::atomic<unsigned> behind_in_a_row_{0};
    std::atomic<std::uint64_t> reads_{0};
    std::atomic<std::uint64_t> passed_on_{0};
    std::atomic<std::int64_t> lag_{0};

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::string why_ = "it was not asked yet";
    std::string told_;
    std::thread thread_;
};

/// A reader's connection: each transaction, and each statement outside of one, goes to the standby
/// or to the primary.
class ReplicaConnection final : public sql::Connection {
 public:
    ReplicaConnection(std::unique_ptr<PostgresConnection> primary, std::shared_ptr<Replica> replica)
        : primary_(std::move(primary)), replica_(std::move(replica)) {}

    Result<void> begin(sql::Mode mode) override;
    Result<void> commit() override;
    void rollback() noexcept override;
    Result<std::int64_t> run(const sql::Statement& statement, const sql::KeyRows& keys,
                             sql::OnRow on_row) override;
    Result<void> script(const std::string& sql) override { return primary_->script(sql); }
    [[nodiscard]] bool may_read_again() noexcept override;
    [[nodiscard]] sql::Dialect dialect() const noexcept override { return sql::Dialect::postgres; }
    Result<Time> now() override { return primary_->now(); }

 private:
    /// Whether the standby shows all that was committed before this call.
    bool standby_knows_all();
    PostgresConnection& choose(bool standby);

    const std::unique_ptr<PostgresConnection> primary_;
    const std::shared_ptr<Replica> replica_;
    std::unique_ptr<PostgresConnection> standby_;  ///< null: not opened yet
    PostgresConnection* transaction_ = nullptr;    ///< where the present one is
    bool failed_there_ = false;                    ///< the last transaction did, on the standby
};

}  // namespace whispr::postgres
