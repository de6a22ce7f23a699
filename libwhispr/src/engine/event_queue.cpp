#include "whispr/event_queue.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include "engine/mutex.hpp"

namespace whispr {

class EventQueue::Sink final : public SessionSink {
 public:
    Sink(UserId user, Options options) : user_(user), options_(std::move(options)) {}

    void deliver(const std::shared_ptr<const Events>& events) noexcept override {
        bool wake = false;
        {
            const MutexLock lock(mutex_);
            const bool was_empty = queue_.empty();
            for (const Event& event : *events) {
                if (concerns(event)) push(event);
            }
            wake = was_empty && !queue_.empty();
        }
        if (!wake) return;
        ready_.notify_all();
        const MutexLock lock(waking_);
        if (options_.wake && !stopped_) options_.wake();
    }

    /// Nobody is woken any more. Waits for a call that is running.
    void stop() {
        const MutexLock lock(waking_);
        stopped_ = true;
    }

    Polled poll(std::chrono::milliseconds timeout) {
        Polled polled;
        const auto until = std::chrono::steady_clock::now() + timeout;
        mutex_.lock();
        while (queue_.empty() && timeout.count() > 0 &&
               ready_.wait_until(mutex_, until) == std::cv_status::no_timeout) {
        }
        polled.events.assign(std::make_move_iterator(queue_.begin()),
                             std::make_move_iterator(queue_.end()));
        queue_.clear();
        polled.lost = std::exchange(lost_, false);
        mutex_.unlock();
        return polled;
    }

 private:
    [[nodiscard]] bool concerns(const Event& event) const {
        if (event.user) return *event.user == user_;
        if (event.audience && event.audience->contains(user_)) return true;
        const auto* removed = std::get_if<MemberRemoved>(&event.what);
        return removed != nullptr && removed->user == user_;
    }
    void push(const Event& event) WHISPR_REQUIRES(mutex_) {
        if (queue_.size() >= std::max<std::size_t>(1, options_.capacity)) {
            queue_.pop_front();
            lost_ = true;
        }
        queue_.push_back(event);
    }

    const UserId user_;
    const Options options_;
    Mutex waking_;
    bool stopped_ WHISPR_GUARDED_BY(waking_) = false;
    Mutex mutex_;
    ConditionVariable ready_;
    std::deque<Event> queue_ WHISPR_GUARDED_BY(mutex_);
    bool lost_ WHISPR_GUARDED_BY(mutex_) = false;
};

EventQueue::EventQueue(Engine& engine, UserId user) : EventQueue(engine, user, Options{}) {}

EventQueue::EventQueue(Engine& engine, UserId user, Options options)
    : engine_(engine), sink_(std::make_shared<Sink>(user, std::move(options))) {
    engine_.add_sink(sink_);
}

EventQueue::~EventQueue() {
    engine_.remove_sink(sink_);
    sink_->stop();
}

EventQueue::Polled EventQueue::poll(std::chrono::milliseconds timeout) {
    return sink_->poll(timeout);
}

}  // namespace whispr
