#include "user_sockets.hpp"

namespace whisprd {

bool UserSockets::open(whispr::UserId user) {
    Shard& shard = shard_of(user);
    const std::lock_guard lock(shard.mutex);
    Counts& counts = shard.users[user];
    if (most_ > 0 && counts.sockets >= most_) return false;
    ++counts.sockets;
    count_.fetch_add(1, std::memory_order_relaxed);
    return true;
}

void UserSockets::close(whispr::UserId user) {
    count_.fetch_sub(1, std::memory_order_relaxed);
    Shard& shard = shard_of(user);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.users.find(user);
    if (found != shard.users.end() && --found->second.sockets == 0) shard.users.erase(found);
}

void UserSockets::joined(whispr::UserId user) {
    Shard& shard = shard_of(user);
    const std::lock_guard lock(shard.mutex);
    ++shard.users[user].joined;
}

std::size_t UserSockets::left(whispr::UserId user) {
    Shard& shard = shard_of(user);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.users.find(user);
    return found == shard.users.end() ? 0 : --found->second.joined;
}

}  // namespace whisprd
