#include "rate_limits.hpp"

#include <algorithm>
#include <cmath>

#include "shared_rates.hpp"

namespace whisprd {

namespace {

using std::chrono::seconds;

std::int64_t grain_of(UseWindow::Time now) {
    return std::chrono::floor<seconds>(now.time_since_epoch()) / UseWindow::grain;
}

// So many requests are left that the others may hear of one a moment later.
constexpr std::size_t ample = 1'000;

constexpr std::int64_t grains = UseWindow::length / UseWindow::grain;

}  // namespace

void UseWindow::add(Time now) {
    const std::int64_t number = grain_of(now);
    std::erase_if(grains_, [&](const Grain& one) { return one.number <= number - grains; });
    // Threads may come a moment late.
    if (grains_.empty() || grains_.back().number < number) grains_.push_back({number, 0});
    ++grains_.back().uses;
}

std::size_t UseWindow::uses(Time now) const {
    const std::int64_t over = grain_of(now) - grains;
    std::size_t sum = 0;
    for (const Grain& one : grains_)
        sum += one.number > over ? one.uses : 0;
    return sum;
}

seconds UseWindow::until_over(std::size_t count, Time now) const {
    const std::int64_t over = grain_of(now) - grains;
    std::size_t sum = 0;
    for (const Grain& one : grains_) {
        if (one.number <= over) continue;
        sum += one.uses;
        if (sum < count && &one != &grains_.back()) continue;
        const Time ends{seconds((one.number + grains) * UseWindow::grain.count())};
        return std::chrono::ceil<seconds>(ends - now);
    }
    return seconds(0);
}

// Nobody says when the uses elsewhere were; they are over a minute later at the latest.
std::size_t RateLimit::others_of(const Entry& entry, Time now) {
    const std::chrono::duration<double> age = now - entry.learned;
    const double left = 1 - age / UseWindow::length;
    return left <= 0 ? 0 : static_cast<std::size_t>(std::ceil(entry.others * std::min(1.0, left)));
}

RateLimit::Verdict RateLimit::judge(const Entry& entry, Time now) const {
    const std::size_t own = entry.own.uses(now);
    const std::size_t used = own + others_of(entry, now);
    Verdict verdict{used < per_minute_, per_minute_, 0, {}};
    if (verdict.allowed) {
        verdict.remaining = per_minute_ - used - 1;
        return verdict;
    }
    seconds wait = UseWindow::length;
    const std::size_t excess = used + 1 - per_minute_;
    if (excess <= own) wait = entry.own.until_over(excess, now);
    if (entry.others > 0)
        wait = std::min(wait, seconds(1 + excess * UseWindow::length.count() / entry.others));
    verdict.retry_after = std::clamp(wait, seconds(1), seconds(UseWindow::length));
    return verdict;
}

RateLimit::Verdict RateLimit::take(whispr::UserId user, Time now) {
    if (per_minute_ == 0) return {};
    Verdict verdict;
    {
        Shard& shard = shard_of(user);
        const std::lock_guard lock(shard.mutex);
        Entry& entry = shard.entries[user];
        verdict = judge(entry, now);
        if (verdict.allowed) entry.own.add(now);
    }
    if (report_) report_(user, verdict.allowed ? 1 : 0);
    return verdict;
}

RateLimit::Verdict RateLimit::look(whispr::UserId user, Time now) {
    if (per_minute_ == 0) return {};
    Shard& shard = shard_of(user);
    const std::lock_guard lock(shard.mutex);
    const auto at = shard.entries.find(user);
    return judge(at == shard.entries.end() ? Entry{} : at->second, now);
}

std::size_t RateLimit::own_uses(whispr::UserId user, Time now) {
    Shard& shard = shard_of(user);
    const std::lock_guard lock(shard.mutex);
    const auto at = shard.entries.find(user);
    return at == shard.entries.end() ? 0 : at->second.own.uses(now);
}

void RateLimit::add(whispr::UserId user, Time now) {
    if (per_minute_ == 0) return;
    Shard& shard = shard_of(user);
    const std::lock_guard lock(shard.mutex);
    shard.entries[user].own.add(now);
}

void RateLimit::learn(whispr::UserId user, std::size_t all, std::size_t untold, Time now) {
    if (per_minute_ == 0) return;
    Shard& shard = shard_of(user);
    const std::lock_guard lock(shard.mutex);
    const auto at = shard.entries.find(user);
    // Nobody has asked here within a minute, and nobody has elsewhere.
    if (at == shard.entries.end() && all == 0) return;
    Entry& entry = at == shard.entries.end() ? shard.entries[user] : at->second;
    const std::size_t own = entry.own.uses(now);
    entry.others = static_cast<std::uint32_t>(all + untold > own ? all + untold - own : 0);
    entry.learned = now;
}

void RateLimit::unlearn() {
    for (Shard& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        for (auto& [user, entry] : shard.entries)
            entry.others = 0;
    }
}

void RateLimit::forget_idle(Time now) {
    for (Shard& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        std::erase_if(shard.entries, [&](const auto& one) {
            return one.second.own.uses(now) == 0 && others_of(one.second, now) == 0;
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

RateLimits::RateLimits(std::size_t requests_per_minute, std::size_t messages_per_minute)
    : requests(requests_per_minute), messages(messages_per_minute) {}

RateLimits::~RateLimits() {
    stop();
}

void RateLimits::share(std::unique_ptr<SharedRates> shared) {
    shared_ = std::move(shared);
    SharedRates* const told = shared_.get();
    requests.report_to([told](whispr::UserId user, std::size_t allowed) {
        told->tell(user, {allowed, 0});
    });
    messages.report_to([told](whispr::UserId user, std::size_t allowed) {
        told->tell(user, {0, allowed});
    });
    shared_->start(*this);
}

void RateLimits::admit(whispr::UserId user, whispr::Completion<RateLimit::Verdict> done) {
    const auto now = UseWindow::Time::clock::now();
    // Too many here alone are too many.
    if (shared_ && requests.per_minute() > 0 && shared_->usable() &&
        requests.look(user, now).remaining < ample &&
        requests.own_uses(user, now) < requests.per_minute())
        return shared_->ask(user, std::move(done));
    done(requests.take(user, now));
}

void RateLimits::stop() {
    if (shared_) shared_->stop();
}

}  // namespace whisprd
