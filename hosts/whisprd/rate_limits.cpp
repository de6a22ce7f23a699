#include "rate_limits.hpp"

#include <algorithm>
#include <cmath>

namespace whisprd {

double RateLimit::refilled(const Bucket& bucket, Time now) const {
    const std::chrono::duration<double> passed = now - bucket.at;
    return std::min(per_minute_,
                    bucket.tokens + std::max(0.0, passed.count()) * per_minute_ / 60.0);
}

RateLimit::Verdict RateLimit::take(whispr::UserId user, Time now) {
    if (per_minute_ <= 0) return {};
    Shard& shard = shards_[user.uuid.bytes[15] % shard_count];
    const std::lock_guard lock(shard.mutex);
    Bucket& bucket = shard.buckets.try_emplace(user, Bucket{per_minute_, now}).first->second;
    bucket = {refilled(bucket, now), now};
    Verdict verdict{true, static_cast<std::size_t>(per_minute_), 0, {}};
    if (bucket.tokens < 1) {
        verdict.allowed = false;
        verdict.retry_after =
            std::chrono::seconds(std::lround(std::ceil((1 - bucket.tokens) * 60.0 / per_minute_)));
        return verdict;
    }
    bucket.tokens -= 1;
    verdict.remaining = static_cast<std::size_t>(bucket.tokens);
    return verdict;
}

void RateLimit::forget_idle(Time now) {
    for (Shard& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        std::erase_if(shard.buckets, [&](const auto& entry) {
            return refilled(entry.second, now) >= per_minute_;
        });
    }
}

bool JoinGate::take(Time now) {
    if (per_second_ <= 0) return true;
    const std::lock_guard lock(mutex_);
    const std::chrono::duration<double> passed = now - at_;
    tokens_ = std::min(per_second_, tokens_ + std::max(0.0, passed.count()) * per_second_);
    at_ = std::max(at_, now);
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
}

}  // namespace whisprd
