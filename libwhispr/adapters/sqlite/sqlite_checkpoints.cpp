#include "sqlite_checkpoints.hpp"

#include <sqlite3.h>

namespace whispr::sqlite {

namespace {

/// A checkpoint is due when this many pages wait (4 MiB): often enough to keep the log in the
/// system's memory, rarely enough to write a page once that changed many times.
constexpr int due_pages = 1000;
/// Beyond this (64 MiB) the lane has written faster than checkpoints copy: then it has to wait for
/// one, or the log would grow without end.
constexpr int late_pages = 16 * 1024;

}  // namespace

Checkpoints::Checkpoints(std::unique_ptr<SqliteConnection> connection)
    : connection_(std::move(connection)), thread_([this] { run(); }) {}

Checkpoints::~Checkpoints() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void Checkpoints::follow(sqlite3* connection) noexcept {
    // The hook replaces SQLite's own checkpoints inside COMMIT.
    sqlite3_wal_hook(
        connection,
        [](void* self, sqlite3*, const char*, int pages) {
            static_cast<Checkpoints*>(self)->committed(pages);
            return SQLITE_OK;
        },
        this);
}

void Checkpoints::committed(int log_pages) noexcept {
    log_pages_.store(log_pages);
    // The log began again from its start.
    if (log_pages < copied_pages_.load()) copied_pages_.store(0);
    if (log_pages - copied_pages_.load() < due_pages) return;
    {
        const std::lock_guard lock(mutex_);
        due_ = true;
    }
    wake_.notify_one();
}

void Checkpoints::run() {
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return due_ || stop_; });
            if (stop_) return;
            due_ = false;
        }
        checkpoint();
    }
}

void Checkpoints::checkpoint() {
    sqlite3* const handle = connection_->handle();
    int log = 0;
    int copied = 0;
    int code = sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_PASSIVE, &log, &copied);
    if (code == SQLITE_OK && log_pages_.load() > late_pages) {
        code = sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_RESTART, &log, &copied);
    }
    if (code == SQLITE_OK) copied_pages_.store(copied);
    // That somebody else is at work is no failure: the next commit asks again.
    last_failure_.store((code & 0xFF) == SQLITE_BUSY ? SQLITE_OK : code);
}

}  // namespace whispr::sqlite
