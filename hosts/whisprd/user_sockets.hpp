// How many sockets each user has, on all I/O threads together, and how many of them joined the
// user's own topic: what bounds them, and what tells the last device that goes from the others.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "whispr/ids.hpp"

namespace whisprd {

// Any thread; locks one shard briefly.
class UserSockets {
 public:
    // 0: no bound.
    explicit UserSockets(std::size_t most) : most_(most) {}

    // One more, unless the user has as many as there may be.
    [[nodiscard]] bool open(whispr::UserId user);
    void close(whispr::UserId user);
    // Of all users.
    [[nodiscard]] std::int64_t count() const { return count_.load(std::memory_order_relaxed); }

    // The user's own topic was joined on one more socket, or on one less; how many are left.
    void joined(whispr::UserId user);
    std::size_t left(whispr::UserId user);

 private:
    static constexpr std::size_t shard_count = 16;
    struct Counts {
        std::size_t sockets = 0;
        std::size_t joined = 0;
    };
    struct Shard {
        std::mutex mutex;
        std::unordered_map<whispr::UserId, Counts> users;
    };
    Shard& shard_of(whispr::UserId user) { return shards_[user.uuid.bytes[15] % shard_count]; }

    std::size_t most_;
    std::atomic<std::int64_t> count_{0};
    std::array<Shard, shard_count> shards_;
};

}  // namespace whisprd
