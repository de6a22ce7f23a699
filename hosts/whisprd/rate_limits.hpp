// How fast one user may ask: a bucket of tokens per user, kept only while it is not full. Bounds
// what one account can cost the others.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <unordered_map>

#include "whispr/ids.hpp"

namespace whisprd {

// `per_minute` at once, refilled evenly. 0: no limit. Any thread; locks one shard briefly.
class RateLimit {
 public:
    using Time = std::chrono::steady_clock::time_point;

    explicit RateLimit(std::size_t per_minute) : per_minute_(static_cast<double>(per_minute)) {}

    // What a request was given.
    struct Verdict {
        bool allowed = true;
        std::size_t limit = 0;
        std::size_t remaining = 0;
        std::chrono::seconds retry_after{0};
    };
    [[nodiscard]] Verdict take(whispr::UserId user, Time now);

    // Forgets users whose bucket is full again. Called now and then.
    void forget_idle(Time now);

 private:
    static constexpr std::size_t shard_count = 16;
    struct Bucket {
        double tokens;
        Time at;
    };
    struct Shard {
        std::mutex mutex;
        std::unordered_map<whispr::UserId, Bucket> buckets;
    };

    double refilled(const Bucket& bucket, Time now) const;

    double per_minute_;
    std::array<Shard, shard_count> shards_;
};

// How many channels may be joined a second, over all sockets: after a restart everybody comes back
// at once. 0: no limit. Any thread.
class JoinGate {
 public:
    using Time = std::chrono::steady_clock::time_point;

    explicit JoinGate(std::size_t per_second) : per_second_(static_cast<double>(per_second)) {}

    // Whether one more join may begin now.
    [[nodiscard]] bool take(Time now);

 private:
    double per_second_;
    std::mutex mutex_;
    double tokens_ = per_second_;
    Time at_{};
};

class RateLimits {
 public:
    RateLimits(std::size_t requests_per_minute, std::size_t messages_per_minute)
        : requests(requests_per_minute), messages(messages_per_minute) {}

    RateLimit requests;
    RateLimit messages;
};

}  // namespace whisprd
