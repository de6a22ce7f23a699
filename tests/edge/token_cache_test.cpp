#include "token_cache.hpp"

#include <catch2/catch.hpp>
#include <thread>

using namespace edge;

namespace {

std::shared_ptr<const Claims> claims_of(const std::string& user) {
    Claims claims;
    claims.user_id = user;
    return std::make_shared<const Claims>(std::move(claims));
}

}  // namespace

TEST_CASE("a token is remembered under its own text only") {
    TokenCache cache;
    cache.put(TokenCache::key_of("one"), 1, claims_of("a"));
    REQUIRE(cache.find(TokenCache::key_of("one"), 1));
    CHECK(cache.find(TokenCache::key_of("one"), 1)->user_id == "a");
    CHECK_FALSE(cache.find(TokenCache::key_of("one "), 1));
}

TEST_CASE("what was checked with other keys is forgotten") {
    TokenCache cache;
    cache.put(TokenCache::key_of("one"), 1, claims_of("a"));
    CHECK_FALSE(cache.find(TokenCache::key_of("one"), 2));
    CHECK(cache.size() == 0);
}

TEST_CASE("the cache never holds more than its capacity") {
    TokenCache cache(320);
    for (int i = 0; i < 5'000; ++i)
        cache.put(TokenCache::key_of(std::to_string(i)), 1, claims_of("a"));
    CHECK(cache.size() <= 320);
    CHECK(cache.size() >= 160);
}

TEST_CASE("a token in use stays when many others pass by") {
    TokenCache cache(320);
    const auto busy = TokenCache::key_of("busy");
    cache.put(busy, 1, claims_of("a"));
    for (int i = 0; i < 5'000; ++i) {
        cache.put(TokenCache::key_of(std::to_string(i)), 1, claims_of("b"));
        REQUIRE(cache.find(busy, 1));
    }
}

TEST_CASE("threads may use the cache at the same time") {
    TokenCache cache(64);
    std::vector<std::thread> threads;
    std::atomic<int> wrong{0};
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&] {
            for (int i = 0; i < 2'000; ++i) {
                const std::string text = std::to_string(i % 100);
                cache.put(TokenCache::key_of(text), 1, claims_of(text));
                const auto found = cache.find(TokenCache::key_of(text), 1);
                if (found && found->user_id != text) wrong.fetch_add(1);
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    CHECK(wrong.load() == 0);
}
