#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

constexpr auto soon = std::chrono::milliseconds(250);
const ConversationId room{numbered(1, 0xcc)};

struct Room : ManualEngine {
    PresenceState join(UserId user, std::uint64_t session) {
        return engine->presence().join(room, {user, session, clock->now(), "online"});
    }
    void leave(UserId user, std::uint64_t session) {
        engine->presence().leave(room, user, session);
    }
    /// What was told when the short while is over; nothing when nothing was.
    std::optional<PresenceChanged> told() {
        sink->clear();
        executor->advance(soon);
        const auto events = sink->of<PresenceChanged>();
        REQUIRE(events.size() <= 1);
        if (events.empty()) return std::nullopt;
        CHECK(events[0].conversation == room);
        CHECK(events[0].eseq == 0);
        return std::get<PresenceChanged>(events[0].what);
    }
};

std::vector<UserId> users_of(const std::vector<PresenceEntry>& entries) {
    std::vector<UserId> users;
    for (const auto& entry : entries)
        users.push_back(entry.user);
    return users;
}

}  // namespace

TEST_CASE("who joins sees everybody and is told to the others after a short while", "[presence]") {
    Room on;
    CHECK(on.join(alice, 1).users == 1);
    REQUIRE(on.told());
    const auto state = on.join(bob, 2);
    CHECK(users_of(state.entries) == std::vector{alice, bob});
    CHECK(state.users == 2);
    CHECK(state.entries[1] == PresenceEntry{bob, 2, on.clock->now(), "online"});
    CHECK(on.sink->of<PresenceChanged>().size() == 1);
    const auto told = on.told();
    REQUIRE(told);
    CHECK(users_of(told->joins) == std::vector{bob});
    CHECK(told->leaves.empty());
    CHECK(told->users == 2);
    CHECK_FALSE(told->counts_only);
    CHECK(on.executor->timers() == 0);
}

TEST_CASE("who comes and goes within the short while are told together", "[presence]") {
    Room on;
    on.join(alice, 1);
    REQUIRE(on.told());
    on.join(bob, 2);
    on.executor->advance(soon / 2);
    on.join(carol, 3);
    on.leave(alice, 1);
    on.sink->clear();
    on.executor->advance(soon / 2);
    const auto told = on.sink->last<PresenceChanged>();
    CHECK(users_of(told.joins) == std::vector{bob, carol});
    CHECK(users_of(told.leaves) == std::vector{alice});
    CHECK(told.gone == std::vector{alice});
    CHECK(told.users == 2);
}

TEST_CASE("who came and went before it was told is not told", "[presence]") {
    Room on;
    on.join(alice, 1);
    REQUIRE(on.told());
    on.join(bob, 2);
    on.leave(bob, 2);
    CHECK_FALSE(on.told());
    // Nor when nobody else is there.
    on.leave(alice, 1);
    REQUIRE(on.told());
    on.join(carol, 3);
    on.leave(carol, 3);
    CHECK_FALSE(on.told());
    CHECK(on.join(dave, 4).users == 1);
}

TEST_CASE("a user with two sessions is gone with the second", "[presence]") {
    Room on;
    on.join(alice, 1);
    CHECK(on.join(alice, 2).users == 1);
    CHECK(on.told()->joins.size() == 2);
    on.leave(alice, 1);
    auto told = on.told();
    REQUIRE(told);
    CHECK(told->leaves.size() == 1);
    CHECK(told->leaves[0].session == 1);
    CHECK(told->gone.empty());
    CHECK(told->users == 1);
    on.leave(alice, 2);
    told = on.told();
    CHECK(told->gone == std::vector{alice});
    CHECK(told->users == 0);
}

TEST_CASE("a page that is loaded again never shows its user as gone", "[presence]") {
    Room on;
    on.join(alice, 1);
    REQUIRE(on.told());
    on.leave(alice, 1);
    on.join(alice, 2);
    const auto told = on.told();
    REQUIRE(told);
    CHECK(told->joins[0].session == 2);
    CHECK(told->leaves[0].session == 1);
    CHECK(told->gone.empty());
}

TEST_CASE("sessions that nobody knows may leave", "[presence]") {
    Room on;
    on.leave(alice, 1);
    on.join(alice, 1);
    REQUIRE(on.told());
    on.leave(alice, 2);
    on.leave(bob, 1);
    CHECK_FALSE(on.told());
    CHECK(on.join(bob, 3).users == 2);
}

TEST_CASE("conversations do not see each other's presence", "[presence]") {
    Room on;
    on.join(alice, 1);
    const ConversationId other{numbered(2, 0xcc)};
    const auto state = on.engine->presence().join(other, {bob, 1, on.clock->now(), ""});
    CHECK(users_of(state.entries) == std::vector{bob});
    on.sink->clear();
    on.executor->advance(soon);
    CHECK(on.sink->of<PresenceChanged>().size() == 2);
}

TEST_CASE("presence is told to those who are present", "[presence]") {
    Room on;
    on.join(bob, 2);
    on.join(alice, 1);
    on.executor->advance(soon);
    CHECK(on.sink->all().back().audience->users == std::vector{alice, bob});
    on.leave(bob, 2);
    on.executor->advance(soon);
    CHECK(on.sink->all().back().audience->users == std::vector{alice});
}

TEST_CASE("nothing is told after the engine was closed", "[presence]") {
    Room on;
    on.join(alice, 1);
    on.engine->close();
    on.executor->advance(soon);
    CHECK(on.sink->all().empty());
    CHECK(on.join(bob, 2).users == 2);
    on.leave(bob, 2);
    on.executor->advance(soon);
    CHECK(on.sink->all().empty());
}
