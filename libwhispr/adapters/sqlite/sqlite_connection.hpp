// A connection to the file: runs the SQL layer's statements, each prepared once.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "change_numbers.hpp"
#include "sql/connection.hpp"
#include "sql/dialect.hpp"
#include "whispr/ports/clock.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace whispr::sqlite {

struct CloseConnection {
    void operator()(sqlite3* connection) const noexcept;
};
using Handle = std::unique_ptr<sqlite3, CloseConnection>;

struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
};
using Prepared = std::unique_ptr<sqlite3_stmt, Finalize>;

struct ConnectionOptions {
    std::string path{};
    std::string vfs{};
    bool synchronous_full = true;
    bool read_only = false;
    std::uint32_t cache_kib = 2048;
};

class SqliteConnection final : public sql::Connection {
 public:
    static Result<std::unique_ptr<SqliteConnection>> open(const ConnectionOptions& options,
                                                          std::shared_ptr<Clock> clock);

    Result<void> begin(sql::Mode mode) override;
    Result<void> commit() override;
    void rollback() noexcept override;
    Result<std::int64_t> run(const sql::Statement& statement, const sql::KeyRows& keys,
                             sql::OnRow on_row) override;
    Result<void> script(const std::string& sql) override;
    [[nodiscard]] sql::Dialect dialect() const noexcept override { return sql::Dialect::sqlite; }
    Result<Time> now() override;

    /// The single number that a pragma or query without parameters answers.
    Result<std::int64_t> number(const char* sql);
    [[nodiscard]] sqlite3* handle() const noexcept { return handle_.get(); }

    /// Kept for as long as the connection is open, and given up after.
    void keep(std::shared_ptr<void> token) { token_ = std::move(token); }
    /// From which its transactions take their numbers, and learn how far the others are.
    Result<void> draw_numbers(std::shared_ptr<ChangeNumbers> numbers);
    /// Set when a flush to the disk has failed; no transaction may follow then.
    void watch(std::atomic<bool>* flush_failed) noexcept { flush_failed_ = flush_failed; }

 private:
    struct Known {
        Prepared statement;
        std::vector<sql::KeyType> keys;
    };

    SqliteConnection(Handle handle, std::string path, std::shared_ptr<Clock> clock);
    Result<Known*> known(const sql::Statement& statement);
    Result<Prepared> prepare(std::string_view sql, std::string_view name);
    Result<void> step_plain(Prepared& statement, const char* sql);
    [[nodiscard]] Error fail(int code, std::string_view what) const;

    // In this order: statements go before the connection, and the connection before what keeps its
    // file open.
    std::shared_ptr<void> token_;
    Handle handle_;
    const std::string path_;
    const std::shared_ptr<Clock> clock_;
    std::atomic<bool>* flush_failed_ = nullptr;
    std::shared_ptr<ChangeNumbers> numbers_;
    std::int64_t number_ = 0;  ///< of the transaction that writes
    std::int64_t mark_ = 0;    ///< of the state that is read
    std::unordered_map<const sql::Statement*, Known> known_;
    Prepared begin_read_;
    Prepared begin_write_;
    Prepared commit_;
};

}  // namespace whispr::sqlite
