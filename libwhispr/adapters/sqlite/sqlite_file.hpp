// The database file while this process owns it: its lock, its identity, its tables, and its
// checkpoints.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "sqlite_checkpoints.hpp"
#include "whispr/adapters/sqlite_import.hpp"

namespace whispr::sqlite {

/// An advisory lock on "<path>.lock", held until destroyed.
class FileLock {
 public:
    static Result<FileLock> take(const std::string& path);
    FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    FileLock& operator=(FileLock&&) = delete;
    ~FileLock();

 private:
    explicit FileLock(int descriptor) noexcept : descriptor_(descriptor) {}
    int descriptor_;
};

/// Kept alive by all of its connections.
class SqliteFile : public std::enable_shared_from_this<SqliteFile> {
 public:
    static Result<std::shared_ptr<SqliteFile>> open(SqliteOptions options,
                                                    std::shared_ptr<Clock> clock);

    Result<std::unique_ptr<SqliteConnection>> open_lane();
    Result<std::unique_ptr<SqliteConnection>> open_reader();
    [[nodiscard]] Uuid epoch() const noexcept { return epoch_; }
    Result<void> ping();

    Result<void> refuse_unfinished();
    Result<std::optional<ImportRecord>> import_record();
    Result<void> begin_import(const std::string& source);
    Result<void> finish_import();

 private:
    SqliteFile(SqliteOptions options, std::shared_ptr<Clock> clock, FileLock lock)
        : options_(std::move(options)), clock_(std::move(clock)), lock_(std::move(lock)) {}

    Result<void> start();
    [[nodiscard]] ConnectionOptions connection_options() const;

    const SqliteOptions options_;
    const std::shared_ptr<Clock> clock_;
    // Given up last.
    const FileLock lock_;
    Uuid epoch_;
    const std::shared_ptr<ChangeNumbers> numbers_ = std::make_shared<ChangeNumbers>();
    std::atomic<bool> flush_failed_{false};
    std::atomic<bool> lane_open_{false};
    std::unique_ptr<Checkpoints> checkpoints_;
    std::mutex probe_mutex_;
    std::unique_ptr<SqliteConnection> probe_;
};

}  // namespace whispr::sqlite
