#include "token_cache.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace edge {

namespace {

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// The one-shot SHA256() looks the algorithm up at every call, which costs more than the hash.
bool hash(std::string_view text, unsigned char* out) {
    static const EVP_MD* const sha = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
    return sha != nullptr && context != nullptr &&
           EVP_DigestInit_ex2(context.get(), sha, nullptr) == 1 &&
           EVP_DigestUpdate(context.get(), text.data(), text.size()) == 1 &&
           EVP_DigestFinal_ex(context.get(), out, nullptr) == 1;
}

}  // namespace

TokenCache::TokenCache(std::size_t capacity)
    : half_of_shard_(std::max<std::size_t>(1, capacity / shard_count / 2)) {}

TokenCache::Key TokenCache::key_of(std::string_view token) {
    Key key;
    if (!hash(token, key.data()))
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
