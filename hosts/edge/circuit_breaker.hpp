// Whether to ask a service that may be down: after so many failures in a row it is left alone for a
// while, then one request at a time finds out whether it is back. Pure arithmetic; one thread at a
// time.
#pragma once

#include <chrono>
#include <cstddef>

namespace edge {

class CircuitBreaker {
 public:
    using Time = std::chrono::steady_clock::time_point;

    struct Options {
        std::size_t failures = 5;                 // in a row, until it is left alone
        std::chrono::milliseconds pause{30'000};  // how long
    };

    explicit CircuitBreaker(Options options) : options_(options) {}

    // Whether a request may be made at `now`. When true, exactly one of the three below must
    // follow.
    [[nodiscard]] bool allow(Time now);
    // It was answered.
    void succeeded();
    // It was not. True when the service is left alone from now on and was not before.
    bool failed(Time now);
    // Nobody will know.
    void abandoned();

    // False while requests are refused or one of them probes.
    [[nodiscard]] bool closed() const { return state_ == State::closed; }

 private:
    enum class State { closed, open, probing };

    Options options_;
    State state_ = State::closed;
    std::size_t failures_ = 0;
    Time open_until_{};
};

}  // namespace edge
