// How fast one user may ask: at most so often within any minute. Bounds what one account can cost
// the others. Nodes that share a Redis count together (shared_rates.hpp).
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "whispr/completion.hpp"
#include "whispr/ids.hpp"

namespace whisprd {

class SharedRates;

// How often something happened within the last minute, to two seconds.
class UseWindow {
 public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::seconds length{60};
    static constexpr std::chrono::seconds grain{2};

    void add(Time now);
    [[nodiscard]] std::size_t uses(Time now) const;
    // How long until `count` of the uses are over, at most until all are.
    [[nodiscard]] std::chrono::seconds until_over(std::size_t count, Time now) const;

 private:
    struct Grain {
        std::int64_t number;
        std::uint32_t uses;
    };
    std::vector<Grain> grains_;  // oldest first; those that are over are dropped with the next use
};

// At most `per_minute` uses of a user within a minute. 0: no limit. Any thread; locks one shard
// briefly.
class RateLimit {
 public:
    using Time = UseWindow::Time;
    // Told of every take, outside of all locks: 1 when it was allowed, else 0.
    using Report = std::function<void(whispr::UserId, std::size_t allowed)>;

    explicit RateLimit(std::size_t per_minute) : per_minute_(per_minute) {}

    // What a request was given.
    struct Verdict {
        bool allowed = true;
        std::size_t limit = 0;
        std::size_t remaining = 0;
        std::chrono::seconds retry_after{0};
    };
    // Counts one use, unless there were too many, here or (as far as is known) on other nodes.
    [[nodiscard]] Verdict take(whispr::UserId user, Time now);
    // What `take` would say now.
    [[nodiscard]] Verdict look(whispr::UserId user, Time now);
    // How often within the last minute here alone.
    [[nodiscard]] std::size_t own_uses(whispr::UserId user, Time now);
    // Counts one use that all nodes together have allowed.
    void add(whispr::UserId user, Time now);
    // All nodes together have counted `all`, without `untold` of this node's own.
    void learn(whispr::UserId user, std::size_t all, std::size_t untold, Time now);
    // What was learned holds no more.
    void unlearn();

    // Before the first use.
    void report_to(Report report) { report_ = std::move(report); }

    [[nodiscard]] std::size_t per_minute() const { return per_minute_; }
    // Forgets users without a use in the last minute. Called now and then.
    void forget_idle(Time now);

 private:
    static constexpr std::size_t shard_count = 16;
    struct Entry {
        UseWindow own;
        std::uint32_t others = 0;  // uses on other nodes, when that was learned
        Time learned{};
    };
    struct Shard {
        std::mutex mutex;
        std::unordered_map<whispr::UserId, Entry> entries;
    };

    Shard& shard_of(whispr::UserId user) { return shards_[user.uuid.bytes[15] % shard_count]; }
    static std::size_t others_of(const Entry& entry, Time now);
    [[nodiscard]] Verdict judge(const Entry& entry, Time now) const;

    const std::size_t per_minute_;
    Report report_;
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
    RateLimits(std::size_t requests_per_minute, std::size_t messages_per_minute);
    ~RateLimits();

    RateLimit requests;
    RateLimit messages;

    // From now on other nodes' uses count, too. Before the first use.
    void share(std::unique_ptr<SharedRates> shared);
    [[nodiscard]] const SharedRates* shared() const { return shared_.get(); }

    // Counts a request, together with all nodes where that is possible within some tens of
    // milliseconds, else here alone. While very many are left, the other nodes hear of it a moment
    // later. Answers on any thread, perhaps before it returns.
    void admit(whispr::UserId user, whispr::Completion<RateLimit::Verdict> done);

    // Everybody who waits is answered.
    void stop();

 private:
    std::unique_ptr<SharedRates> shared_;  // null: this node counts alone
};

}  // namespace whisprd
