#include "store/raw_sqlite.hpp"

#include "meter/give_up.hpp"

namespace bench {

RawStatement::RawStatement(sqlite3* database, const std::string& sql) {
    if (sqlite3_prepare_v3(database, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement_,
                           nullptr) != SQLITE_OK) {
        give_up(std::string(sqlite3_errmsg(database)) + " in " + sql);
    }
}

bool RawStatement::next() {
    const int outcome = sqlite3_step(statement_);
    if (outcome == SQLITE_ROW) return true;
    if (outcome != SQLITE_DONE) {
        give_up(std::string(sqlite3_errmsg(sqlite3_db_handle(statement_))) + " in " +
                sqlite3_sql(statement_));
    }
    sqlite3_reset(statement_);
    return false;
}

std::span<const std::uint8_t> RawStatement::blob(int column) const {
    const void* const bytes = sqlite3_column_blob(statement_, column);
    return {static_cast<const std::uint8_t*>(bytes),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::uint64_t RawStatement::run() {
    std::uint64_t sum = 0;
    const int columns = sqlite3_column_count(statement_);
    while (next()) {
        for (int i = 0; i < columns; ++i) {
            switch (sqlite3_column_type(statement_, i)) {
                case SQLITE_INTEGER:
                    sum += static_cast<std::uint64_t>(sqlite3_column_int64(statement_, i));
                    break;
                case SQLITE_NULL:
                    break;
                default:
                    sum += blob(i).size();
            }
        }
    }
    return sum;
}

RawDatabase::RawDatabase(const std::string& path) {
    if (sqlite3_open_v2(path.c_str(), &database_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                        nullptr) != SQLITE_OK) {
        give_up("cannot open " + path);
    }
    sqlite3_busy_timeout(database_, 10'000);
    run("PRAGMA journal_mode=WAL");
    run("PRAGMA synchronous=FULL");
    run("PRAGMA cache_size=-16384");
}

void RawDatabase::run(const std::string& sql) {
    char* reason = nullptr;
    if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, &reason) != SQLITE_OK) {
        give_up(std::string(reason != nullptr ? reason : "failed") + " in " + sql);
    }
}

RawCheckpoints::RawCheckpoints(RawDatabase& writer, const std::string& path)
    : database_(path), thread_([this] { run(); }) {
    constexpr int due_pages = 1000;  // SQLite's own number, and the engine's
    const auto committed = [](void* self, sqlite3*, const char*, int pages) {
        auto& all = *static_cast<RawCheckpoints*>(self);
        const std::lock_guard lock(all.mutex_);
        if (pages < all.copied_) all.copied_ = 0;  // the log began again
        all.due_ = pages - all.copied_ >= due_pages;
        if (all.due_) all.wake_.notify_one();
        return SQLITE_OK;
    };
    sqlite3_wal_hook(writer.handle(), committed, this);
}

RawCheckpoints::~RawCheckpoints() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void RawCheckpoints::run() {
    constexpr int late_pages = 16 * 1024;
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [this] { return due_ || stop_; });
        if (stop_) return;
        due_ = false;
        lock.unlock();
        int log = 0;
        int copied = 0;
        sqlite3* const handle = database_.handle();
        sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_PASSIVE, &log, &copied);
        if (log > late_pages) {
            sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_RESTART, &log, &copied);
        }
        lock.lock();
        copied_ = copied;
    }
}

}  // namespace bench
