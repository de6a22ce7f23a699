// One connection to a server. Commands are collected and sent together, so that several of them
// cost one round trip; what needs no answer is read with the next one.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <string>

#include "postgres_binary.hpp"
#include "whispr/result.hpp"

struct pg_conn;
struct pg_result;

namespace whispr::postgres {

struct CloseSession {
    void operator()(pg_conn* connection) const noexcept;
};
struct FreeAnswer {
    void operator()(pg_result* answer) const noexcept;
};
using Answer = std::unique_ptr<pg_result, FreeAnswer>;

struct SessionOptions {
    std::string connection{};
    std::string schema{};
    std::chrono::milliseconds connect_timeout{};
    std::chrono::milliseconds statement_timeout{};
    /// How much longer than a statement may take the server may be silent.
    std::chrono::milliseconds grace{5'000};
    bool standby = false;  ///< a server that takes no writes is wanted, instead of one that does
};

/// One thread at a time. A session that was lost stays so.
class Session {
 public:
    /// Connects to a server that takes writes, or to a standby when that is wanted.
    static Result<std::unique_ptr<Session>> open(const SessionOptions& options);

    void query(const char* sql);
    void prepare(const std::string& name, const std::string& sql);
    void execute(const std::string& name, const KeyArrays& keys);
    /// Sends what was collected and gives the answer to the last command, or the first failure;
    /// nothing after a failed command was run. `what` is for errors.
    Result<Answer> settle(std::string_view what);
    /// Sends what was collected and does not wait.
    void send_off();
    /// Runs statements that are separated by semicolons.
    Result<void> script(const std::string& sql);

    [[nodiscard]] bool alive() const noexcept;
    /// "database at host:port".
    [[nodiscard]] const std::string& place() const noexcept { return place_; }
    /// Which history of which server this is; empty when the server does not tell.
    [[nodiscard]] const std::string& history() const noexcept { return history_; }
    /// Another one after a crash of the server, which may give numbers of transactions out again.
    [[nodiscard]] const std::string& life() const noexcept { return life_; }

 private:
    explicit Session(pg_conn* connection);
    Result<void> set_up(const SessionOptions& options);
    void sync();
    /// Waits for the next answer, if only for nothing; false when the connection is lost.
    bool next(Answer& answer);
    /// The answers of the oldest commands that were sent off together.
    Result<Answer> take(std::string_view what);
    void give_up();
    Result<void> run_plain(const std::string& sql);
    void read_history();

    std::unique_ptr<pg_conn, CloseSession> connection_;
    std::string place_;
    std::string history_;
    std::string life_;
    std::chrono::milliseconds patience_{};
    std::size_t collected_ = 0;
    std::deque<std::size_t> sent_;  ///< how many commands went together
    std::string why_lost_;
};

}  // namespace whispr::postgres
