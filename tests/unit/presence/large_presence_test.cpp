#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

constexpr auto soon = std::chrono::milliseconds(250);
const ConversationId room{numbered(1, 0xcc)};

struct Hall : ManualEngine {
    explicit Hall(std::size_t users) {
        for (std::uint64_t i = 0; i < users; ++i)
            join(member_number(i), i);
        executor->advance(soon);
        sink->clear();
    }
    PresenceState join(UserId user, std::uint64_t session) {
        return engine->presence().join(room, {user, session, clock->now(), ""});
    }
    PresenceChanged told() {
        sink->clear();
        executor->advance(soon);
        return sink->last<PresenceChanged>();
    }
};

}  // namespace

TEST_CASE("up to sixty-four users everybody is shown", "[presence]") {
    Hall on(limits::receipts_members - 1);
    const auto state = on.join(alice, 1000);
    CHECK(state.entries.size() == limits::receipts_members);
    CHECK(state.users == limits::receipts_members);
}

TEST_CASE("among more, oneself and the newest are shown, and how many there are", "[presence]") {
    Hall on(limits::receipts_members);
    const auto state = on.join(alice, 1000);
    CHECK(state.users == limits::receipts_members + 1);
    REQUIRE(state.entries.size() == limits::presence_shown);
    CHECK(state.entries.front().user == alice);
    for (std::size_t i = 1; i < state.entries.size(); ++i) {
        CHECK(state.entries[i].user == member_number(limits::receipts_members - i));
    }
}

TEST_CASE("a user with very many sessions does not make the state large", "[presence]") {
    Hall on(limits::receipts_members);
    for (std::uint64_t i = 0; i < 500; ++i)
        on.join(bob, 2000 + i);
    const auto state = on.join(alice, 1000);
    CHECK(state.users == limits::receipts_members + 2);
    CHECK(state.entries.size() <= 2 * limits::presence_shown);
    CHECK(state.entries.front().user == alice);
}

TEST_CASE("among many a few who come are told by name", "[presence]") {
    Hall on(limits::receipts_members + 10);
    on.join(alice, 1000);
    const auto told = on.told();
    CHECK_FALSE(told.counts_only);
    REQUIRE(told.joins.size() == 1);
    CHECK(told.joins[0].user == alice);
    CHECK(told.users == limits::receipts_members + 11);
}

TEST_CASE("among many, many who come and go are told as a number", "[presence]") {
    Hall on(limits::receipts_members + 10);
    for (std::uint64_t i = 0; i < limits::presence_shown; ++i)
        on.join(member_number(500 + i), i);
    on.engine->presence().leave(room, member_number(0), 0);
    const auto told = on.told();
    CHECK(told.counts_only);
    CHECK(told.joins.empty());
    CHECK(told.leaves.empty());
    CHECK(told.gone.empty());
    CHECK(told.users == limits::receipts_members + 9 + limits::presence_shown);
}

TEST_CASE("a thousand who join at once cost one event", "[presence]") {
    Hall on(0);
    for (std::uint64_t i = 0; i < 1000; ++i)
        on.join(member_number(i), i);
    CHECK(on.executor->timers() == 1);
    on.executor->advance(soon);
    CHECK(on.sink->all().size() == 1);
    CHECK(on.sink->last<PresenceChanged>().users == 1000);
}
