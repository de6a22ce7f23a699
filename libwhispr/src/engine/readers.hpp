// Reads run here: a bounded queue, and a few workers with a storage connection each. Never in a
// lane, never on the caller's thread (but with an inline executor).
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <vector>

#include "engine/mutex.hpp"
#include "whispr/ports/executor.hpp"
#include "whispr/ports/storage.hpp"

namespace whispr {

class ReadTask {
 public:
    virtual ~ReadTask() = default;
    virtual void run(ReadStorage& storage) = 0;
    virtual void fail(const Error& error) = 0;
};

class Readers {
 public:
    explicit Readers(std::size_t capacity) : capacity_(capacity) {}

    /// Adds a worker with its connection. Before the first submit.
    void add(Executor& executor, std::unique_ptr<ReadStorage> storage);
    /// Queues a read, or fails it at once with overloaded or closed. Any thread.
    void submit(std::unique_ptr<ReadTask> task);
    void stop_taking();
    /// Waits until all that was taken is answered. Not from an engine thread.
    void drain();

    [[nodiscard]] std::size_t queued() const;
    [[nodiscard]] std::uint64_t reads() const noexcept { return reads_; }
    [[nodiscard]] std::uint64_t overloaded() const noexcept { return overloaded_; }

 private:
    struct Reader {
        std::unique_ptr<ReadStorage> storage;
        bool working =
            false;  ///< woken, and has not found the queue empty since; guarded by mutex_
        std::unique_ptr<Executor::Worker> worker;
    };
    void step(Reader& reader);
    Reader* next_idle() WHISPR_REQUIRES(mutex_);

    const std::size_t capacity_;
    std::atomic<std::uint64_t> reads_{0};
    std::atomic<std::uint64_t> overloaded_{0};

    mutable Mutex mutex_;
    ConditionVariable idle_;
    std::deque<std::unique_ptr<ReadTask>> queue_ WHISPR_GUARDED_BY(mutex_);
    std::size_t busy_ WHISPR_GUARDED_BY(mutex_) = 0;
    bool taking_ WHISPR_GUARDED_BY(mutex_) = true;
    /// Last, so that they end first: a late wake may still run a step that finds nothing to do.
    std::vector<std::unique_ptr<Reader>> readers_;
};

}  // namespace whispr
