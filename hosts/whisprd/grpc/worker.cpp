#include "grpc/worker.hpp"

namespace whisprd::rpc {

Worker::Worker() : thread_([this] { run(); }) {}

Worker::~Worker() {
    stop();
}

void Worker::post(net::Task task) {
    {
        const std::lock_guard lock(mutex_);
        if (!stopped_) {
            queue_.push_back(std::move(task));
            // Who is awake takes it along.
            if (queue_.size() == 1) wake_.notify_one();
            return;
        }
    }
    task();
}

void Worker::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void Worker::run() {
    std::deque<net::Task> taken;
    std::unique_lock lock(mutex_);
    while (true) {
        wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) break;
        taken.swap(queue_);
        lock.unlock();
        for (auto& task : taken)
            task();
        taken.clear();
        lock.lock();
    }
    stopped_ = true;
}

Workers::Workers(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
        all_.push_back(std::make_unique<Worker>());
}

void Workers::stop() {
    for (auto& worker : all_)
        worker->stop();
}

}  // namespace whisprd::rpc
