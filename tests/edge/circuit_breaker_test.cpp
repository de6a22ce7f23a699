#include "circuit_breaker.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using edge::CircuitBreaker;

namespace {

const CircuitBreaker::Time start{};

// Five failed requests.
CircuitBreaker opened() {
    CircuitBreaker breaker({});
    for (int i = 0; i < 5; ++i) {
        REQUIRE(breaker.allow(start));
        CHECK(breaker.failed(start) == (i == 4));
    }
    return breaker;
}

}  // namespace

TEST_CASE("a service is asked until five requests in a row have failed") {
    CircuitBreaker breaker = opened();
    CHECK_FALSE(breaker.closed());
    CHECK_FALSE(breaker.allow(start));
    CHECK_FALSE(breaker.allow(start + 29'999ms));
}

TEST_CASE("an answer between failures starts the count again") {
    CircuitBreaker breaker({});
    for (int i = 0; i < 20; ++i) {
        REQUIRE(breaker.allow(start));
        CHECK_FALSE(breaker.failed(start));
        if (i % 4 == 3) breaker.succeeded();
    }
    CHECK(breaker.closed());
}

TEST_CASE("after the pause one request probes, and its answer lets all others through") {
    CircuitBreaker breaker = opened();
    CHECK(breaker.allow(start + 30s));
    CHECK_FALSE(breaker.allow(start + 30s));
    breaker.succeeded();
    CHECK(breaker.closed());
    CHECK(breaker.allow(start + 30s));
    CHECK(breaker.allow(start + 30s));
}

TEST_CASE("a probe that fails opens it for another pause, and is not reported a second time") {
    CircuitBreaker breaker = opened();
    REQUIRE(breaker.allow(start + 30s));
    CHECK_FALSE(breaker.failed(start + 35s));
    CHECK_FALSE(breaker.allow(start + 64s));
    CHECK(breaker.allow(start + 65s));
}

TEST_CASE("a probe that was given up lets the next one try at once") {
    CircuitBreaker breaker = opened();
    REQUIRE(breaker.allow(start + 30s));
    breaker.abandoned();
    CHECK_FALSE(breaker.closed());
    CHECK(breaker.allow(start + 30s));
}

TEST_CASE("requests that were under way when it opened do not lengthen the pause") {
    CircuitBreaker breaker = opened();
    CHECK_FALSE(breaker.failed(start + 20s));
    CHECK(breaker.allow(start + 30s));
}
