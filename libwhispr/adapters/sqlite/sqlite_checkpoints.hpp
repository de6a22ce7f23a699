// Copies the write-ahead log back into the database on a thread of its own, so that no commit waits
// for it.
#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "mutex.hpp"
#include "sqlite_connection.hpp"

namespace whispr::sqlite {

class Checkpoints {
 public:
    explicit Checkpoints(std::unique_ptr<SqliteConnection> connection);
    ~Checkpoints();
    Checkpoints(const Checkpoints&) = delete;
    Checkpoints& operator=(const Checkpoints&) = delete;

    /// Tells of each commit on a connection. It must be closed before this object is destroyed.
    void follow(sqlite3* connection) noexcept;
    /// What the last checkpoint that failed was answered; 0 since one succeeded.
    [[nodiscard]] int last_failure() const noexcept { return last_failure_.load(); }

 private:
    void committed(int log_pages) noexcept;
    void run();
    void checkpoint();

    const std::unique_ptr<SqliteConnection> connection_;
    std::atomic<int> log_pages_{0};
    std::atomic<int> copied_pages_{0};
    std::atomic<int> last_failure_{0};
    adapters::Mutex mutex_;
    adapters::ConditionVariable wake_;
    bool due_ WHISPR_ADAPTER_ANNOTATE(guarded_by(mutex_)) = false;
    bool stop_ WHISPR_ADAPTER_ANNOTATE(guarded_by(mutex_)) = false;
    std::thread thread_;
};

}  // namespace whispr::sqlite
