// Answers who a request comes from: a token checked against the keys in force, or a user id named
// by a proxy that the operator trusts. Never blocks on the network; everything it needs is in
// memory.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "authenticator_proxies.hpp"
#include "jwks.hpp"
#include "token.hpp"
#include "token_cache.hpp"

namespace edge {

// What a REST request presents. The views are read during the call only.
struct RequestCredentials {
    std::span<const std::string_view> authorization;  // the value of every Authorization header
    std::span<const std::string_view> user_id;        // the value of every x-user-id header
    std::string_view peer;  // the address at the other end of the TCP connection
};

class Authenticator {
 public:
    struct Options {
        TokenRules rules;
        TrustedProxies trusted_proxies;
        std::size_t cache_entries = 100'000;
        // Called when a token names a key that is not in force; must be cheap and not call back.
        // May be empty.
        std::function<void()> on_unknown_key;
    };

    // Counted since start, for metrics.
    struct Counts {
        std::uint64_t cache_hits = 0;
        std::uint64_t cache_misses = 0;
        std::uint64_t refused = 0;
    };

    // Requires: `keys` outlives this object.
    Authenticator(const KeyStore& keys, Options options);

    // The identity behind a REST request. x-user-id counts only from a trusted proxy, and there it
    // wins; from anyone else it is as if it were absent. Several Authorization headers, another
    // scheme or spacing: malformed. Any thread.
    [[nodiscard]] Authentication authenticate(const RequestCredentials& request,
                                              std::chrono::system_clock::time_point now);

    // The identity behind a bare token, for instance of a socket's `token` parameter. Any thread.
    [[nodiscard]] Authentication authenticate_token(std::string_view token, TokenUse use,
                                                    std::chrono::system_clock::time_point now);

    // The key in force that the token names, for a token that was just accepted; an empty mark
    // when that key is gone meanwhile. Any thread.
    [[nodiscard]] KeyMark key_of(std::string_view token) const;

    // The keys in force and how often they were replaced. Any thread.
    [[nodiscard]] KeyStore::Snapshot keys() const { return keys_.snapshot(); }

    // Whether keys are loaded; without them every token is refused with keys_not_loaded. Any
    // thread.
    [[nodiscard]] bool ready() const;

    [[nodiscard]] Counts counts() const;

 private:
    [[nodiscard]] Authentication check(std::string_view token, TokenUse use,
                                       std::chrono::system_clock::time_point now);

    const KeyStore& keys_;
    Options options_;
    TokenCache cache_;
    std::atomic<std::uint64_t> hits_{0};
    std::atomic<std::uint64_t> misses_{0};
    std::atomic<std::uint64_t> refused_{0};
};

}  // namespace edge
