// How many handshakes an address may make: a bucket of tokens per IPv4 address or IPv6 /64.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "net/mutex.hpp"

namespace net {

// From any thread.
class HandshakeRate {
 public:
    using Clock = std::chrono::steady_clock;

    // `per_second` 0: no bound. `exempt`: addresses in text form; loopback always is.
    HandshakeRate(double burst, double per_second, const std::vector<std::string>& exempt);

    // Takes a token of this address, if it has one.
    bool admit(std::string_view address, Clock::time_point now);

    // Addresses remembered now.
    std::size_t size() const;

 private:
    struct Bucket {
        double tokens;
        Clock::time_point filled;
    };

    void forget_full(Clock::time_point now) NET_THREAD_ANNOTATION(requires_capability(mutex_));

    const double burst_;
    const double per_second_;
    std::unordered_set<std::string> exempt_;
    mutable Mutex mutex_;
    Clock::time_point looked_through_ NET_GUARDED_BY(mutex_){};
    std::unordered_map<std::string, Bucket> buckets_ NET_GUARDED_BY(mutex_);
};

// The part of an address that is counted: all of an IPv4 address, the first 64 bits of an IPv6
// address.
std::string counted_address(std::string_view address);

}  // namespace net
