// When to fetch the keys next: a period, an exponential back-off after failures, and earlier when a
// token names a key we do not have, but never sooner than 30 s after the attempt before. Pure
// arithmetic; one thread at a time.
#pragma once

#include <chrono>

namespace edge {

class RefreshSchedule {
 public:
    using Time = std::chrono::steady_clock::time_point;

    // The first fetch is due at `now`.
    RefreshSchedule(std::chrono::milliseconds period, Time now);

    [[nodiscard]] Time due() const { return due_; }

    // A fetch that began at `now` brought usable keys: the next one is due after the period.
    void succeeded(Time now);

    // A fetch at `now` brought nothing: due again after 1 s, 2 s, 4 s ... at most 60 s or the
    // period.
    void failed(Time now);

    // A token named an unknown key at `now`. True when this made the next fetch earlier.
    bool unknown_key(Time now);

 private:
    std::chrono::milliseconds period_;
    std::chrono::milliseconds back_off_;
    Time due_;
    Time last_attempt_;
    bool attempted_ = false;
};

}  // namespace edge
