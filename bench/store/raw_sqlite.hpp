// SQLite without anything of ours around it: what the floors are made of.
#pragma once

#include <sqlite3.h>

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace bench {

class RawStatement {
 public:
    RawStatement(sqlite3* database, const std::string& sql);
    ~RawStatement() { sqlite3_finalize(statement_); }
    RawStatement(RawStatement&& other) noexcept
        : statement_(std::exchange(other.statement_, nullptr)) {}
    RawStatement& operator=(RawStatement&&) = delete;

    // Parameters count from 1. Bytes must live until the statement ran.
    void bind(int at, std::int64_t value) { sqlite3_bind_int64(statement_, at, value); }
    void bind_null(int at) { sqlite3_bind_null(statement_, at); }
    void bind_text(int at, std::string_view text) {
        sqlite3_bind_text(statement_, at, text.data(), static_cast<int>(text.size()),
                          SQLITE_STATIC);
    }
    void bind_blob(int at, std::span<const std::uint8_t> bytes) {
        sqlite3_bind_blob(statement_, at, bytes.data(), static_cast<int>(bytes.size()),
                          SQLITE_STATIC);
    }
    /// Runs it to its end; the result is a sum over everything that it gave, so that all columns
    /// are fetched.
    std::uint64_t run();
    /// Steps; false after the last row, ready to run again.
    bool next();
    [[nodiscard]] std::int64_t integer(int column) const {
        return sqlite3_column_int64(statement_, column);
    }
    [[nodiscard]] std::span<const std::uint8_t> blob(int column) const;

 private:
    sqlite3_stmt* statement_ = nullptr;
};

class RawDatabase {
 public:
    /// Opens an existing file with the engine's settings: WAL, synchronous=FULL, 16 MiB of cache.
    explicit RawDatabase(const std::string& path);
    ~RawDatabase() { sqlite3_close_v2(database_); }
    RawDatabase(const RawDatabase&) = delete;
    RawDatabase& operator=(const RawDatabase&) = delete;

    [[nodiscard]] RawStatement prepare(const std::string& sql) { return {database_, sql}; }
    void run(const std::string& sql);
    [[nodiscard]] sqlite3* handle() { return database_; }

 private:
    sqlite3* database_ = nullptr;
};

/// Copies the log of commits to the file beside the writer, as the engine does it, so that a floor
/// does not pay inside its commits what the engine pays elsewhere.
class RawCheckpoints {
 public:
    RawCheckpoints(RawDatabase& writer, const std::string& path);
    ~RawCheckpoints();
    RawCheckpoints(const RawCheckpoints&) = delete;
    RawCheckpoints& operator=(const RawCheckpoints&) = delete;

 private:
    void run();

    RawDatabase database_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool due_ = false;
    bool stop_ = false;
    int copied_ = 0;
    std::thread thread_;
};

}  // namespace bench
