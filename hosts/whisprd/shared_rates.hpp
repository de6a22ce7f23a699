// The uses of all nodes, counted in Redis by one script. A request of somebody who has not very
// many left is counted there before it is served; other requests, and messages, are counted here
// and told a moment later, with everything that came meanwhile: one round trip for all users at
// once. While Redis is away, or slow, every node counts by itself.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "edge/log.hpp"
#include "rate_limits.hpp"
#include "whispr/adapters/redis.hpp"
#include "whispr/completion.hpp"

namespace whisprd {

// The script, and the key of a user below the prefix. All keys have one hash tag: a cluster keeps
// them on one node.
[[nodiscard]] std::string rates_script();
[[nodiscard]] std::string rates_key(const std::string& prefix, const std::string& user);

class SharedRates {
 public:
    using Clock = std::chrono::steady_clock;
    struct Uses {
        std::size_t requests = 0;
        std::size_t messages = 0;
    };
    // What was asked and told, for metrics.
    struct Counts {
        std::atomic<std::uint64_t> round_trips{0};
        std::atomic<std::uint64_t> late{0};  // requests that this node decided by itself
    };

    // No request waits longer for Redis.
    static constexpr std::chrono::milliseconds deadline{30};

    SharedRates(std::unique_ptr<whispr::RedisScript> script, std::string prefix, edge::Log& log);
    ~SharedRates();

    // What it learns goes to `limits`, which outlives it.
    void start(RateLimits& limits);
    void stop();

    // Counts one request with all nodes, unless there were too many, and answers on this object's
    // thread. Any thread; does not block.
    void ask(whispr::UserId user, whispr::Completion<RateLimit::Verdict> done);
    // This node has allowed so many; none: only wants to learn what others have. Messages are told
    // within a millisecond, requests within fifty. Any thread; does not block.
    void tell(whispr::UserId user, Uses uses);

    // Redis answers, and in time. Any thread.
    [[nodiscard]] bool usable() const { return usable_; }
    [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
    using Done = whispr::Completion<RateLimit::Verdict>;
    struct Entry {
        Uses untold;
        std::vector<Done> waiting;
    };
    struct Batch {
        std::vector<whispr::UserId> users;
        std::vector<Entry> entries;
        Clock::time_point since = Clock::time_point::max();  // the oldest that waits
    };

    void work();
    Batch take_batch();
    void exchange(Batch batch);
    void learn(whispr::UserId user, Entry& entry, const std::int64_t* numbers);
    // Redis cannot be used: whoever waits is answered from here.
    void fall_back(Batch batch, const whispr::Error& why);
    void decide_here(whispr::UserId user, Entry& entry);
    void say(bool usable, const std::string& text);

    const std::unique_ptr<whispr::RedisScript> script_;
    const std::string prefix_;
    edge::Log& log_;
    RateLimits* limits_ = nullptr;
    std::atomic<bool> usable_{false};
    Counts counts_;

    std::mutex mutex_;
    std::condition_variable filled_;
    std::unordered_map<whispr::UserId, Entry> entries_;
    std::size_t waiting_ = 0;
    Clock::time_point since_ = Clock::time_point::max();
    bool soon_ = false;  // a message was told
    bool stopping_ = false;

    // Of its thread alone.
    Clock::time_point began_{};
    Clock::time_point said_{};
    std::thread thread_;
};

}  // namespace whisprd
