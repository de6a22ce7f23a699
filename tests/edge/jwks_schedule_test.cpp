#include "jwks_schedule.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using edge::RefreshSchedule;

namespace {

const RefreshSchedule::Time start{};

}  // namespace

TEST_CASE("the first fetch is due at once and the next after the period") {
    RefreshSchedule schedule(1h, start);
    CHECK(schedule.due() == start);
    schedule.succeeded(start);
    CHECK(schedule.due() == start + 1h);
}

TEST_CASE("failures are tried again ever more slowly, up to a minute") {
    RefreshSchedule schedule(1h, start);
    auto now = start;
    for (const auto pause : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
        schedule.failed(now);
        CHECK(schedule.due() - now == pause);
        now = schedule.due();
    }
    schedule.succeeded(now);
    schedule.failed(now + 1h);
    CHECK(schedule.due() == now + 1h + 1s);
}

TEST_CASE("a failure never waits longer than the period") {
    RefreshSchedule schedule(500ms, start);
    schedule.failed(start);
    CHECK(schedule.due() == start + 500ms);
}

TEST_CASE(
    "an unknown key brings the next fetch forward, but not within thirty seconds of the last") {
    RefreshSchedule schedule(1h, start);
    schedule.succeeded(start);
    CHECK(schedule.unknown_key(start + 10s));
    CHECK(schedule.due() == start + 30s);
    CHECK_FALSE(schedule.unknown_key(start + 20s));
    schedule.succeeded(start + 30s);
    CHECK(schedule.unknown_key(start + 5min));
    CHECK(schedule.due() == start + 5min);
}

TEST_CASE("an unknown key does not delay a fetch that is due sooner") {
    RefreshSchedule schedule(1h, start);
    schedule.failed(start);
    CHECK_FALSE(schedule.unknown_key(start));
    CHECK(schedule.due() == start + 1s);
}
