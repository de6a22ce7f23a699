// Whether the storage answers, asked once a second on a thread of its own, so that a probe never
// waits for a database. The same thread gives the sockets their tick.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "whispr/engine.hpp"

namespace whisprd {

class Health {
 public:
    struct State {
        bool database = false;
        std::int64_t response_ms = 0;
        bool stopping = false;

        // Whether new requests are welcome here.
        [[nodiscard]] bool ready() const { return database && !stopping; }
    };

    // `tick` is called once a second. Requires: `engine` outlives this object.
    Health(whispr::Engine& engine, std::function<void()> tick);
    ~Health();
    Health(const Health&) = delete;
    Health& operator=(const Health&) = delete;

    // Asks once on the calling thread, then starts the thread. Call once.
    void start();
    // From now on the state is not ready, so that balancers send new clients elsewhere. Any thread.
    void say_not_ready();
    // Ends the thread. May be called again.
    void stop();

    // As of at most a second ago. Any thread.
    [[nodiscard]] State state() const;
    [[nodiscard]] std::chrono::seconds uptime() const;

 private:
    void run();
    void ask();

    whispr::Engine& engine_;
    std::function<void()> tick_;
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
    std::atomic<bool> database_{false};
    std::atomic<std::int64_t> response_ms_{0};
    std::atomic<bool> not_ready_{false};
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace whisprd
