// Copies the write-ahead log back into the database on a thread of its own, so that no commit waits
// for it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

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
    std::mutex mutex_;
    std::condition_variable wake_;
    bool due_ = false;  ///< guarded by mutex_, like the next
    bool stop_ = false;
    std::thread thread_;
};

}  // namespace whispr::sqlite
