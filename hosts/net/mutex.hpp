// A mutex whose use clang checks (-Wthread-safety): a member marked NET_GUARDED_BY cannot be
// touched without it.
#pragma once

#include <mutex>

#if defined(__clang__)
#define NET_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define NET_THREAD_ANNOTATION(x)
#endif
#define NET_GUARDED_BY(mutex) NET_THREAD_ANNOTATION(guarded_by(mutex))

namespace net {

class NET_THREAD_ANNOTATION(capability("mutex")) Mutex {
 public:
    void lock() NET_THREAD_ANNOTATION(acquire_capability()) { mutex_.lock(); }
    void unlock() NET_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }

 private:
    std::mutex mutex_;
};

// Holds a Mutex for the length of a block.
class NET_THREAD_ANNOTATION(scoped_lockable) MutexLock {
 public:
    explicit MutexLock(Mutex& mutex) NET_THREAD_ANNOTATION(acquire_capability(mutex))
        : mutex_(mutex) {
        mutex_.lock();
    }
    ~MutexLock() NET_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }
    MutexLock(const MutexLock&) = delete;
    MutexLock& operator=(const MutexLock&) = delete;

 private:
    Mutex& mutex_;
};

}  // namespace net
