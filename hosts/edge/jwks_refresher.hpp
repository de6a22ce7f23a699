// Keeps a KeyStore fresh from a KeySource on a thread of its own, so that no request ever waits for
// a fetch. What was loaded stays in force while fetching fails.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <thread>

#include "jwks.hpp"
#include "jwks_schedule.hpp"
#include "jwks_source.hpp"
#include "net/mutex.hpp"

namespace edge {

class Log;

class KeyRefresher {
 public:
    // Requires: `store` and `log` outlive this object. Nothing happens before start().
    KeyRefresher(std::unique_ptr<KeySource> source, std::chrono::milliseconds period,
                 KeyStore& store, Log& log);
    KeyRefresher(const KeyRefresher&) = delete;
    KeyRefresher& operator=(const KeyRefresher&) = delete;
    // Stops the thread; a fetch under way is cut short.
    ~KeyRefresher();

    // Starts the thread, whose first act is a fetch. Call once.
    void start();

    // One fetch on the calling thread, for start-up and tests. Requires: start() was not called.
    // True when the store holds usable keys afterwards.
    bool fetch_now();

    // Says that a token named a key we do not have; cheap, any thread.
    void unknown_key();

    // Seconds since the last successful fetch, negative before the first; for metrics, any thread.
    [[nodiscard]] double age_seconds() const;

    // How many fetches failed, for metrics. Any thread.
    [[nodiscard]] std::uint64_t failures() const {
        return failures_.load(std::memory_order_relaxed);
    }

 private:
    void run();
    void wait_until_due();
    bool fetch_into_store();

    std::unique_ptr<KeySource> source_;
    KeyStore& store_;
    Log& log_;
    net::Mutex mutex_;
    std::condition_variable_any wake_;
    RefreshSchedule schedule_ NET_GUARDED_BY(mutex_);
    std::atomic<bool> stop_{false};
    std::atomic<std::int64_t> last_success_ns_{-1};
    std::atomic<std::uint64_t> failures_{0};
    std::thread thread_;
};

}  // namespace edge
