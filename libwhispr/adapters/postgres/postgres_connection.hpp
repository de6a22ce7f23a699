// A connection of the SQL layer: transactions and prepared statements on a session, which is opened
// again when it was lost. What is asked goes to the server in one round trip, with the beginning or
// the end of its transaction.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "postgres_database.hpp"
#include "sql/connection.hpp"
#include "sql/dialect.hpp"

namespace whispr::postgres {

class PostgresConnection final : public sql::Connection {
 public:
    PostgresConnection(std::shared_ptr<Database> database, std::unique_ptr<Session> session)
        : database_(std::move(database)), session_(std::move(session)) {}

    Result<void> begin(sql::Mode mode) override;
    Result<void> commit() override;
    void rollback() noexcept override;
    Result<std::int64_t> run(const sql::Statement& statement, const sql::KeyRows& keys,
                             sql::OnRow on_row) override;
    Result<void> ask(const sql::Statement& statement, const sql::KeyRows& keys, sql::TakeRow take,
                     sql::Finds finds) override;
    Result<void> settle() override;
    Result<void> script(const std::string& sql) override;
    Result<Time> now() override;
    Result<void> ask_now(Time& now) override;
    [[nodiscard]] sql::Dialect dialect() const noexcept override { return sql::Dialect::postgres; }

    /// Kept for as long as the connection is open, and given up after.
    void keep(std::shared_ptr<void> token) { token_ = std::move(token); }

 private:
    /// begun: the server has not been told yet; it is told with the first statement.
    enum class State : std::uint8_t { idle, begun, open };
    struct Known {
        std::string name;
        std::string sql;
        std::vector<sql::KeyType> keys;
        bool prepared = false;
    };
    struct Asked {
        const sql::Statement* statement = nullptr;
        Known* known = nullptr;
        KeyArrays arrays{};
        sql::TakeRow take{};
        sql::Finds finds = sql::Finds::any;
        std::int64_t keys = 0;
        std::size_t answer = 0;  ///< its place among the answers
    };

    Known& known(const sql::Statement& statement);
    /// The next place among what is asked, which keeps its memory.
    Asked& place_for(const sql::Statement& statement);
    void forget_asked() noexcept;
    enum class Ending : std::uint8_t { none, commit };
    Answers send_asked(Ending ending);
    Answers send_asked_again_when_lost();
    Result<void> take_answers(const Answers& answers);
    Result<void> commit_asked();
    Result<void> connect();
    Result<void> resolve(Error lost);
    /// "committed", "aborted", "in progress", or nothing when the server does not know.
    Result<std::string> status_of_transaction();
    Result<void> confirm();

    // Given up after the session.
    std::shared_ptr<void> token_;
    const std::shared_ptr<Database> database_;
    std::unique_ptr<Session> session_;
    State state_ = State::idle;
    sql::Mode mode_ = sql::Mode::read;
    /// Of the present transaction, and the history and life of the server in which it is one; empty
    /// when not known.
    std::string transaction_;
    std::string history_;
    std::string life_;
    std::unordered_map<const sql::Statement*, Known> known_;
    std::size_t names_ = 0;
    std::vector<Asked> asked_;
    std::size_t asked_count_ = 0;
    std::int64_t changed_ = 0;  ///< by the last one that was settled
    std::vector<std::string_view> whats_;
};

}  // namespace whispr::postgres
