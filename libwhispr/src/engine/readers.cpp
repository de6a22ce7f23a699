#include "engine/readers.hpp"

#include <string>
#include <utility>

#include "engine/inside_engine.hpp"

namespace whispr {

void Readers::add(Executor& executor, std::unique_ptr<ReadStorage> storage) {
    auto reader = std::make_unique<Reader>();
    reader->storage = std::move(storage);
    Reader* const self = reader.get();
    reader->worker = executor.start_worker("reader-" + std::to_string(readers_.size()),
                                           [this, self] { step(*self); });
    readers_.push_back(std::move(reader));
}

void Readers::submit(std::unique_ptr<ReadTask> task) {
    // What is refused stays ours.
    ReadTask& asked = *task;
    std::optional<Error> refusal;
    Reader* idle = nullptr;
    {
        const MutexLock lock(mutex_);
        if (!taking_) {
            refusal = Error{Errc::closed, "the engine is closed", {}};
        } else if (queue_.size() >= capacity_) {
            refusal = Error{Errc::overloaded, "the queue of reads is full, try again later", {}};
        } else {
            queue_.push_back(std::move(task));
            idle = next_idle();
        }
    }
    if (!refusal) {
        if (idle != nullptr) idle->worker->wake();
        return;
    }
    if (refusal->code == Errc::overloaded) ++overloaded_;
    asked.fail(*refusal);
}

// A reader that works looks into the queue again before it rests, so only one that rests is woken.
Readers::Reader* Readers::next_idle() {
    for (const auto& reader : readers_) {
        if (!std::exchange(reader->working, true)) return reader.get();
    }
    return nullptr;
}

void Readers::stop_taking() {
    const MutexLock lock(mutex_);
    taking_ = false;
}

void Readers::drain() {
    for (const auto& reader : readers_) {
        reader->worker->wake();
    }
    mutex_.lock();
    while (busy_ > 0 || !queue_.empty()) {
        idle_.wait(mutex_);
    }
    mutex_.unlock();
}

std::size_t Readers::queued() const {
    const MutexLock lock(mutex_);
    return queue_.size();
}

void Readers::step(Reader& reader) {
    for (;;) {
        std::unique_ptr<ReadTask> task;
        {
            const MutexLock lock(mutex_);
            reader.working = !queue_.empty();
            if (!reader.working) {
                // Under the lock, because drain() may be followed by our end.
                idle_.notify_all();
                return;
            }
            task = std::move(queue_.front());
            queue_.pop_front();
            ++busy_;
        }
        {
            const InsideEngine inside;
            task->run(*reader.storage);
            task.reset();
        }
        ++reads_;
        const MutexLock lock(mutex_);
        --busy_;
    }
}

}  // namespace whispr
