// A few threads for work that waits: for a disk, a network, another process. Started when there is
// work for them, so that a server without files has none.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "net/task.hpp"

namespace whisprd::media {

class WorkerPool {
 public:
    // At most so many threads, and so much work that waits for one.
    WorkerPool(std::size_t threads, std::size_t queue);
    // close().
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    // Runs `task` on one of the threads. False, and the task destroyed, when too much waits already
    // or the pool is closed. Any thread.
    [[nodiscard]] bool post(net::Task task);
    // Ends what is being done, forgets what waits, and takes no more. Not on one of its threads.
    void close();

    [[nodiscard]] std::size_t queued() const;

 private:
    void run();

    const std::size_t most_threads_;
    const std::size_t most_queued_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<net::Task> queue_;
    std::vector<std::thread> threads_;
    std::size_t idle_ = 0;
    bool closed_ = false;
};

}  // namespace whisprd::media
