// A mutex whose use clang checks (-Wthread-safety).
#pragma once

#include <mutex>

#if defined(__clang__)
#define WHISPR_MEMORY_ANNOTATE(x) __attribute__((x))
#else
#define WHISPR_MEMORY_ANNOTATE(x)
#endif

namespace whispr::memory {

class WHISPR_MEMORY_ANNOTATE(capability("mutex")) Mutex {
 public:
    void lock() WHISPR_MEMORY_ANNOTATE(acquire_capability()) { mutex_.lock(); }
    void unlock() WHISPR_MEMORY_ANNOTATE(release_capability()) { mutex_.unlock(); }

 private:
    std::mutex mutex_;
};

class WHISPR_MEMORY_ANNOTATE(scoped_lockable) Lock {
 public:
    explicit Lock(Mutex& mutex) WHISPR_MEMORY_ANNOTATE(acquire_capability(mutex)) : mutex_(mutex) {
        mutex_.lock();
    }
    ~Lock() WHISPR_MEMORY_ANNOTATE(release_capability()) { mutex_.unlock(); }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

 private:
    Mutex& mutex_;
};

}  // namespace whispr::memory
