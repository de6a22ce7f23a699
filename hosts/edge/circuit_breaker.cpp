#include "circuit_breaker.hpp"

namespace edge {

bool CircuitBreaker::allow(Time now) {
    if (state_ == State::closed) return true;
    if (state_ == State::probing || now < open_until_) return false;
    state_ = State::probing;
    return true;
}

void CircuitBreaker::succeeded() {
    state_ = State::closed;
    failures_ = 0;
}

bool CircuitBreaker::failed(Time now) {
    // Requests that were under way when it opened say nothing new.
    if (state_ == State::open) return false;
    const bool was_closed = state_ == State::closed;
    if (was_closed && ++failures_ < options_.failures) return false;
    state_ = State::open;
    open_until_ = now + options_.pause;
    return was_closed;
}

void CircuitBreaker::abandoned() {
    if (state_ == State::probing) state_ = State::open;
}

}  // namespace edge
