#include "net/handshake_rate.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace net {

namespace {

// Addresses remembered at most. When all of them are in use, new ones are let in unbounded rather
// than locked out: whoever controls so many addresses is not stopped by counting them.
constexpr std::size_t most_addresses = 65'536;

bool is_loopback(std::string_view address) {
    return address == "::1" || address.starts_with("127.");
}

double filled_tokens(double tokens, double burst, double per_second,
                     HandshakeRate::Clock::duration since) {
    return std::min(burst, tokens + per_second * std::chrono::duration<double>(since).count());
}

}  // namespace

std::string counted_address(std::string_view address) {
    const std::string text(address);
    std::array<unsigned char, 16> bytes{};
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return text;
    std::memset(bytes.data() + 8, 0, 8);
    std::array<char, INET6_ADDRSTRLEN> shown{};
    const char* done =
        inet_ntop(AF_INET6, bytes.data(), shown.data(), static_cast<socklen_t>(shown.size()));
    return done != nullptr ? done : text;
}

HandshakeRate::HandshakeRate(double burst, double per_second,
                             const std::vector<std::string>& exempt)
    : burst_(std::max(burst, 1.0)),
      per_second_(per_second),
      exempt_(exempt.begin(), exempt.end()) {}

bool HandshakeRate::admit(std::string_view address, Clock::time_point now) {
    if (per_second_ <= 0 || is_loopback(address) || exempt_.contains(std::string(address)))
        return true;
    const std::string key = counted_address(address);
    const MutexLock lock(mutex_);
    auto found = buckets_.find(key);
    if (found == buckets_.end()) {
        if (buckets_.size() >= most_addresses) forget_full(now);
        if (buckets_.size() >= most_addresses) return true;
        found = buckets_.emplace(key, Bucket{burst_, now}).first;
    }
    Bucket& bucket = found->second;
    bucket.tokens = filled_tokens(bucket.tokens, burst_, per_second_, now - bucket.filled);
    bucket.filled = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
}

void HandshakeRate::forget_full(Clock::time_point now) {
    // One look through all of them a second, however many new ones come.
    if (now - looked_through_ < std::chrono::seconds(1)) return;
    looked_through_ = now;
    std::erase_if(buckets_, [&](const auto& entry) {
        const Bucket& bucket = entry.second;
        return filled_tokens(bucket.tokens, burst_, per_second_, now - bucket.filled) >= burst_;
    });
}

std::size_t HandshakeRate::size() const {
    const MutexLock lock(mutex_);
    return buckets_.size();
}

}  // namespace net
