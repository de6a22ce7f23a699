#include "rate_limits.hpp"

#include <catch2/catch.hpp>

using whisprd::RateLimit;
using namespace std::chrono_literals;

namespace {
const whispr::UserId alice = *whispr::UserId::parse("11111111-1111-4111-8111-000000000001");
const whispr::UserId bob = *whispr::UserId::parse("11111111-1111-4111-8111-000000000002");
const RateLimit::Time start{1h};
}  // namespace

TEST_CASE("a user has a minute's worth in any minute, to two seconds") {
    RateLimit limit(60);
    for (std::size_t i = 0; i < 40; ++i)
        REQUIRE(limit.take(alice, start).remaining == 59 - i);
    for (int i = 0; i < 20; ++i)
        REQUIRE(limit.take(alice, start + 30s).allowed);
    const auto refused = limit.take(alice, start + 30s);
    CHECK_FALSE(refused.allowed);
    CHECK(refused.limit == 60);
    CHECK(refused.remaining == 0);
    CHECK(refused.retry_after == 30s);
    CHECK(limit.take(bob, start + 30s).allowed);
    CHECK_FALSE(limit.take(alice, start + 59s).allowed);
    CHECK(limit.take(alice, start + 60s).remaining == 39);
    CHECK(limit.take(alice, start + 89s).remaining == 38);
    CHECK(limit.take(alice, start + 90s).remaining == 57);
}

TEST_CASE("what other nodes have counted is not there to be used here, for a minute at most") {
    RateLimit limit(10);
    CHECK(limit.take(alice, start).remaining == 9);
    // One of them is this node's, and told; another is not told yet.
    CHECK(limit.take(alice, start).remaining == 8);
    limit.learn(alice, 5, 1, start);
    CHECK(limit.take(alice, start).remaining == 3);
    for (int i = 0; i < 3; ++i)
        REQUIRE(limit.take(alice, start).allowed);
    const auto refused = limit.take(alice, start);
    CHECK_FALSE(refused.allowed);
    CHECK(refused.retry_after >= 1s);
    CHECK(refused.retry_after < 60s);
    CHECK(limit.look(alice, start + refused.retry_after).allowed);
    limit.unlearn();
    CHECK(limit.take(alice, start).remaining == 3);
    limit.learn(bob, 10, 0, start);
    CHECK_FALSE(limit.take(bob, start).allowed);
    CHECK(limit.take(bob, start + 1min).remaining == 9);
}

TEST_CASE("without a limit everything is allowed") {
    RateLimit limit(0);
    for (int i = 0; i < 1000; ++i)
        REQUIRE(limit.take(alice, start).allowed);
}

TEST_CASE("users without a use in the last minute are forgotten, others are not") {
    RateLimit limit(2);
    CHECK(limit.take(alice, start).allowed);
    CHECK(limit.take(alice, start).allowed);
    limit.forget_idle(start + 1s);
    CHECK_FALSE(limit.take(alice, start + 1s).allowed);
    limit.forget_idle(start + 2min);
    CHECK(limit.take(alice, start + 2min).remaining == 1);
}

TEST_CASE("joins are admitted by rate, and what was not used is not saved up") {
    whisprd::JoinGate gate(2);
    CHECK(gate.take(start));
    CHECK(gate.take(start));
    CHECK_FALSE(gate.take(start));
    CHECK(gate.take(start + 500ms));
    CHECK_FALSE(gate.take(start + 500ms));
    CHECK(gate.take(start + 1h));
    CHECK(gate.take(start + 1h));
    CHECK_FALSE(gate.take(start + 1h));
}
