// Lets timer tasks in until it is closed, and closing waits for those inside: after that no task
// touches its owner.
#pragma once

#include "engine/mutex.hpp"

namespace whispr {

class TimerGate {
 public:
    /// Holds the gate open for one task; false when it is closed.
    class Pass {
     public:
        explicit Pass(TimerGate& gate) : gate_(gate), entered_(gate.enter()) {}
        ~Pass() {
            if (entered_) gate_.leave();
        }
        Pass(const Pass&) = delete;
        Pass& operator=(const Pass&) = delete;
        explicit operator bool() const noexcept { return entered_; }

     private:
        TimerGate& gate_;
        const bool entered_;
    };

    void close() {
        mutex_.lock();
        closed_ = true;
        while (inside_ > 0) {
            empty_.wait(mutex_);
        }
        mutex_.unlock();
    }

 private:
    bool enter() {
        const MutexLock lock(mutex_);
        if (!closed_) ++inside_;
        return !closed_;
    }
    void leave() {
        // Told under the lock: the gate may be gone as soon as close() has seen that it is empty.
        const MutexLock lock(mutex_);
        --inside_;
        empty_.notify_all();
    }

    Mutex mutex_;
    ConditionVariable empty_;
    int inside_ WHISPR_GUARDED_BY(mutex_) = 0;
    bool closed_ WHISPR_GUARDED_BY(mutex_) = false;
};

}  // namespace whispr
