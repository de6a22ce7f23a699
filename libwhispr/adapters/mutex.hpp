// A mutex whose use clang checks (-Wthread-safety), for adapters.
#pragma once

#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define WHISPR_ADAPTER_ANNOTATE(x) __attribute__((x))
#else
#define WHISPR_ADAPTER_ANNOTATE(x)
#endif

namespace whispr::adapters {

class WHISPR_ADAPTER_ANNOTATE(capability("mutex")) Mutex {
 public:
    void lock() WHISPR_ADAPTER_ANNOTATE(acquire_capability()) { mutex_.lock(); }
    void unlock() WHISPR_ADAPTER_ANNOTATE(release_capability()) { mutex_.unlock(); }

 private:
    std::mutex mutex_;
};

class WHISPR_ADAPTER_ANNOTATE(scoped_lockable) Lock {
 public:
    explicit Lock(Mutex& mutex) WHISPR_ADAPTER_ANNOTATE(acquire_capability(mutex)) : mutex_(mutex) {
        mutex_.lock();
    }
    ~Lock() WHISPR_ADAPTER_ANNOTATE(release_capability()) { mutex_.unlock(); }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

 private:
    Mutex& mutex_;
};

using ConditionVariable = std::condition_variable_any;

}  // namespace whispr::adapters
