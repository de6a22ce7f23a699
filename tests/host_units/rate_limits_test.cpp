#include "rate_limits.hpp"

#include <catch2/catch.hpp>

using whisprd::RateLimit;
using namespace std::chrono_literals;

namespace {
const whispr::UserId alice = *whispr::UserId::parse("11111111-1111-4111-8111-000000000001");
const whispr::UserId bob = *whispr::UserId::parse("11111111-1111-4111-8111-000000000002");
const RateLimit::Time start{1h};
}  // namespace

TEST_CASE("a user has a minute's worth at once, and then what comes in") {
    RateLimit limit(60);
    for (int i = 0; i < 60; ++i)
        REQUIRE(limit.take(alice, start).allowed);
    const auto refused = limit.take(alice, start);
    CHECK_FALSE(refused.allowed);
    CHECK(refused.limit == 60);
    CHECK(refused.retry_after == 1s);
    CHECK(limit.take(bob, start).allowed);
    CHECK(limit.take(alice, start + 1s).allowed);
    CHECK_FALSE(limit.take(alice, start + 1s).allowed);
}

TEST_CASE("without a limit everything is allowed") {
    RateLimit limit(0);
    for (int i = 0; i < 1000; ++i)
        REQUIRE(limit.take(alice, start).allowed);
}

TEST_CASE("users whose bucket is full again are forgotten, others are not") {
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
