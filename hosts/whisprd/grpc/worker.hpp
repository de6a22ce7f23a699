// Threads that carry answers and events to gRPC clients, so that the engine's threads only hand
// over. What concerns one user goes to one of them, in order.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "net/task.hpp"
#include "whispr/ids.hpp"

namespace whisprd::rpc {

class Worker {
 public:
    Worker();
    // Stops.
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // Runs `task` on the thread, after what was posted before; at once when it is stopped. Any
    // thread.
    void post(net::Task task);
    // Runs what is queued, then ends the thread. May be called again.
    void stop();

 private:
    void run();

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<net::Task> queue_;
    bool stopping_ = false;
    bool stopped_ = false;
    std::thread thread_;
};

class Workers {
 public:
    // Requires: `count` is not 0.
    explicit Workers(std::size_t count);

    [[nodiscard]] std::size_t count() const { return all_.size(); }
    [[nodiscard]] std::size_t index_of(whispr::UserId user) const {
        return user.uuid.bytes[15] % all_.size();
    }
    [[nodiscard]] Worker& at(std::size_t index) { return *all_[index]; }
    [[nodiscard]] Worker& of(whispr::UserId user) { return at(index_of(user)); }
    void stop();

 private:
    std::vector<std::unique_ptr<Worker>> all_;
};

}  // namespace whisprd::rpc
