#include "media/worker_pool.hpp"

#include <algorithm>
#include <utility>

namespace whisprd::media {

WorkerPool::WorkerPool(std::size_t threads, std::size_t queue)
    : most_threads_(std::max<std::size_t>(threads, 1)), most_queued_(queue) {}

WorkerPool::~WorkerPool() {
    close();
}

bool WorkerPool::post(net::Task task) {
    {
        const std::lock_guard lock(mutex_);
        if (closed_ || queue_.size() >= most_queued_) return false;
        queue_.push_back(std::move(task));
        if (queue_.size() > idle_ && threads_.size() < most_threads_)
            threads_.emplace_back([this] { run(); });
    }
    wake_.notify_one();
    return true;
}

void WorkerPool::close() {
    std::deque<net::Task> forgotten;
    std::vector<std::thread> ending;
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        forgotten.swap(queue_);
        ending.swap(threads_);
    }
    wake_.notify_all();
    for (std::thread& thread : ending)
        thread.join();
    // Destroyed without the lock: what a task owns may post when it ends, and is refused.
}

std::size_t WorkerPool::queued() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
}

void WorkerPool::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        ++idle_;
        wake_.wait(lock, [this] { return closed_ || !queue_.empty(); });
        --idle_;
        if (queue_.empty()) return;
        net::Task task = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        task();
        task = net::Task();
        lock.lock();
    }
}

}  // namespace whisprd::media
