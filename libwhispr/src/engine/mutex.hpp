// A mutex whose use clang checks (-Wthread-safety): what it guards is declared WHISPR_GUARDED_BY,
// and functions that need it held are declared WHISPR_REQUIRES.
#pragma once

#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define WHISPR_ANNOTATE(x) __attribute__((x))
#else
#define WHISPR_ANNOTATE(x)
#endif
#define WHISPR_GUARDED_BY(x) WHISPR_ANNOTATE(guarded_by(x))
#define WHISPR_REQUIRES(x) WHISPR_ANNOTATE(requires_capability(x))

namespace whispr {

class WHISPR_ANNOTATE(capability("mutex")) Mutex {
 public:
    void lock() WHISPR_ANNOTATE(acquire_capability()) { mutex_.lock(); }
    void unlock() WHISPR_ANNOTATE(release_capability()) { mutex_.unlock(); }

 private:
    std::mutex mutex_;
};

class WHISPR_ANNOTATE(scoped_lockable) MutexLock {
 public:
    explicit MutexLock(Mutex& mutex) WHISPR_ANNOTATE(acquire_capability(mutex)) : mutex_(mutex) {
        mutex_.lock();
    }
    ~MutexLock() WHISPR_ANNOTATE(release_capability()) { mutex_.unlock(); }
    MutexLock(const MutexLock&) = delete;
    MutexLock& operator=(const MutexLock&) = delete;

 private:
    Mutex& mutex_;
};

using ConditionVariable = std::condition_variable_any;

}  // namespace whispr
