#include "socket/delivery_tracker.hpp"

#include <catch2/catch.hpp>

using whisprd::socket::DeliveryTracker;
using namespace std::chrono_literals;

namespace {
const whispr::ConversationId first =
    *whispr::ConversationId::parse("11111111-1111-4111-8111-000000000001");
const whispr::ConversationId second =
    *whispr::ConversationId::parse("11111111-1111-4111-8111-000000000002");
const DeliveryTracker::Time start{1h};
}  // namespace

TEST_CASE(
    "a pong confirms the newest message of each conversation that was written before its ping") {
    DeliveryTracker tracker;
    CHECK(tracker.ping(start).empty());
    tracker.written(first, 3);
    tracker.written(first, 5);
    tracker.written(first, 4);
    tracker.written(second, 1);
    const auto ping = tracker.ping(start);
    REQUIRE_FALSE(ping.empty());
    tracker.written(first, 6);
    CHECK(tracker.pong("something else").empty());
    CHECK(tracker.pong(ping) == DeliveryTracker::Positions{{first, 5}, {second, 1}});
    CHECK(tracker.pong(ping).empty());
}

TEST_CASE("pings go out once a second at most, and one at a time") {
    DeliveryTracker tracker;
    tracker.written(first, 1);
    const auto ping = tracker.ping(start);
    tracker.written(first, 2);
    CHECK(tracker.ping(start + 5s).empty());
    REQUIRE_FALSE(tracker.pong(ping).empty());
    CHECK(tracker.ping(start + 500ms).empty());
    CHECK_FALSE(tracker.ping(start + 1s).empty());
}

TEST_CASE("a ping that is never answered is repeated with all that it stood for") {
    DeliveryTracker tracker;
    tracker.written(first, 1);
    const auto lost = tracker.ping(start);
    tracker.written(second, 2);
    const auto again = tracker.ping(start + 20s);
    REQUIRE_FALSE(again.empty());
    CHECK(tracker.pong(lost).empty());
    const auto confirmed = tracker.pong(again);
    CHECK(confirmed.size() == 2);
}
