// A clock that stands still until the test moves it, in either direction.
#pragma once

#include <atomic>
#include <chrono>

#include "whispr/ports/clock.hpp"

namespace whispr::test {

class ManualClock final : public Clock {
 public:
    /// The moment at which every test begins: 2026-01-01T00:00:00Z.
    static constexpr Time start{std::chrono::microseconds(1'767'225'600'000'000)};

    Time now() noexcept override { return Time(std::chrono::microseconds(micros_)); }
    void set(Time to) noexcept { micros_ = to.time_since_epoch().count(); }
    void advance(std::chrono::microseconds by) noexcept { micros_ += by.count(); }

 private:
    std::atomic<std::int64_t> micros_{start.time_since_epoch().count()};
};

}  // namespace whispr::test
