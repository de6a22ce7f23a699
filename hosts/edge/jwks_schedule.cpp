#include "jwks_schedule.hpp"

#include <algorithm>

namespace edge {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds first_back_off = 1s;
constexpr std::chrono::milliseconds longest_back_off = 60s;
// An attacker who sends made-up key ids must not turn this server into a load on the key server.
constexpr std::chrono::milliseconds unknown_key_pause = 30s;

}  // namespace

RefreshSchedule::RefreshSchedule(std::chrono::milliseconds period, Time now)
    : period_(period), back_off_(first_back_off), due_(now), last_attempt_(now) {}

void RefreshSchedule::succeeded(Time now) {
    attempted_ = true;
    last_attempt_ = now;
    back_off_ = first_back_off;
    due_ = now + period_;
}

void RefreshSchedule::failed(Time now) {
    attempted_ = true;
    last_attempt_ = now;
    due_ = now + std::min(back_off_, period_);
    back_off_ = std::min(back_off_ * 2, longest_back_off);
}

bool RefreshSchedule::unknown_key(Time now) {
    const Time wanted = attempted_ ? std::max(now, last_attempt_ + unknown_key_pause) : now;
    if (wanted >= due_) return false;
    due_ = wanted;
    return true;
}

}  // namespace edge
