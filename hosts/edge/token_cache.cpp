#include "token_cache.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <cstring>

namespace edge {

TokenCache::TokenCache(std::size_t capacity)
    : half_of_shard_(std::max<std::size_t>(1, capacity / shard_count / 2)) {}

TokenCache::Key TokenCache::key_of(std::string_view token) {
    Key key;
    SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), key.data());
    return key;
}

std::size_t TokenCache::KeyHash::operator()(const Key& key) const noexcept {
    // The key is a cryptographic hash already: any piece of it is as good as another, and no one
    // can aim at a bucket.
    std::size_t hash = 0;
    std::memcpy(&hash, key.data(), sizeof hash);
    return hash;
}

std::shared_ptr<const Claims> TokenCache::find(const Key& key, std::uint64_t generation) {
    Shard& shard = shard_of(key);
    const net::MutexLock lock(shard.mutex);
    if (const auto found = shard.recent.find(key); found != shard.recent.end()) {
        if (found->second.generation == generation) return found->second.claims;
        shard.recent.erase(found);
        return nullptr;
    }
    const auto found = shard.older.find(key);
    if (found == shard.older.end()) return nullptr;
    Entry entry = std::move(found->second);
    shard.older.erase(found);
    if (entry.generation != generation) return nullptr;
    auto claims = entry.claims;
    insert(shard, key, std::move(entry));
    return claims;
}

void TokenCache::put(const Key& key, std::uint64_t generation,
                     std::shared_ptr<const Claims> claims) {
    Shard& shard = shard_of(key);
    const net::MutexLock lock(shard.mutex);
    shard.older.erase(key);
    insert(shard, key, Entry{generation, std::move(claims)});
}

void TokenCache::insert(Shard& shard, const Key& key, Entry entry) const {
    if (shard.recent.size() >= half_of_shard_ && !shard.recent.contains(key)) {
        shard.older = std::move(shard.recent);
        shard.recent = Entries{};
    }
    shard.recent.insert_or_assign(key, std::move(entry));
}

std::size_t TokenCache::size() const {
    std::size_t total = 0;
    for (const Shard& shard : shards_) {
        const net::MutexLock lock(shard.mutex);
        total += shard.recent.size() + shard.older.size();
    }
    return total;
}

}  // namespace edge
