// Remembers tokens whose signature was checked, because clients poll and one check costs 75 µs of
// CPU. Keyed by the SHA-256 of the token's text, bounded, split into shards with a lock each. An
// entry counts for one key set only; whether its claims still hold is judged at every use.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>

#include "net/mutex.hpp"
#include "token.hpp"

namespace edge {

class TokenCache {
 public:
    using Key = std::array<unsigned char, 32>;

    // Requires: capacity is the largest number of entries ever held, at least 2 per shard (32).
    explicit TokenCache(std::size_t capacity = 100'000);

    // The key of a token's text.
    [[nodiscard]] static Key key_of(std::string_view token);

    // The claims put under `key` while the key set was `generation`, or null. Any thread; locks one
    // shard briefly.
    [[nodiscard]] std::shared_ptr<const Claims> find(const Key& key, std::uint64_t generation);

    // Remembers `claims`; the least recently used half of a full shard makes room. Any thread.
    void put(const Key& key, std::uint64_t generation, std::shared_ptr<const Claims> claims);

    // How many entries are held now, for metrics. Any thread.
    [[nodiscard]] std::size_t size() const;

 private:
    static constexpr std::size_t shard_count = 16;

    struct Entry {
        std::uint64_t generation;
        std::shared_ptr<const Claims> claims;
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const noexcept;
    };
    using Entries = std::unordered_map<Key, Entry, KeyHash>;

    // `recent` takes what is new or used; when it is full it becomes `older`, and what was there is
    // forgotten.
    struct Shard {
        mutable net::Mutex mutex;
        Entries recent NET_GUARDED_BY(mutex);
        Entries older NET_GUARDED_BY(mutex);
    };

    Shard& shard_of(const Key& key) { return shards_[key[31] % shard_count]; }
    // Requires: the lock of `shard` is held.
    void insert(Shard& shard, const Key& key, Entry entry) const
        NET_THREAD_ANNOTATION(requires_capability(shard.mutex));

    std::size_t half_of_shard_;
    std::array<Shard, shard_count> shards_;
};

}  // namespace edge
