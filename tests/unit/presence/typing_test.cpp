#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

const ConversationId room{numbered(1, 0xcc)};
constexpr auto expiry = std::chrono::seconds(10);

struct Desk : ManualEngine {
    Desk() {
        for (const auto user : {alice, bob})
            join(user);
    }
    void join(UserId user) {
        engine->presence().join(room, {user, 1, clock->now(), ""}).entries.clear();
        executor->advance(std::chrono::milliseconds(250));
    }
    void type(UserId user, bool typing) { engine->presence().typing(room, user, typing); }
    /// What was told since it was asked last.
    std::vector<std::pair<UserId, bool>> told() {
        std::vector<std::pair<UserId, bool>> found;
        for (const auto& event : sink->of<Typing>()) {
            const auto& typing = std::get<Typing>(event.what);
            found.emplace_back(typing.user, typing.typing);
        }
        sink->clear();
        return found;
    }
};

using Told = std::vector<std::pair<UserId, bool>>;

}  // namespace

TEST_CASE("typing is told at once to those who are present", "[presence]") {
    Desk on;
    on.type(alice, true);
    const auto event = on.sink->of<Typing>().at(0);
    CHECK(event.conversation == room);
    CHECK(event.actor == alice);
    CHECK(event.eseq == 0);
    CHECK(event.at == on.clock->now());
    CHECK(event.audience->users == std::vector{alice, bob});
    CHECK(on.told() == Told{{alice, true}});
    on.type(alice, false);
    CHECK(on.told() == Told{{alice, false}});
}

TEST_CASE("typing is told again every four seconds, as clients show it for five", "[presence]") {
    Desk on;
    on.type(alice, true);
    on.told();
    on.executor->advance(std::chrono::seconds(4) - std::chrono::microseconds(1));
    CHECK(on.told().empty());
    on.executor->advance(std::chrono::microseconds(1));
    CHECK(on.told() == Told{{alice, true}});
    on.executor->advance(std::chrono::seconds(3));
    on.type(alice, true);
    on.told();
    on.executor->advance(std::chrono::seconds(4) - std::chrono::microseconds(1));
    CHECK(on.told().empty());
    on.executor->advance(std::chrono::microseconds(1));
    CHECK(on.told() == Told{{alice, true}});
}

TEST_CASE("who stops and goes on many times is watched once", "[presence]") {
    Desk on;
    for (int time = 0; time < 20; ++time) {
        on.type(alice, true);
        on.type(alice, false);
        on.executor->advance(std::chrono::milliseconds(100));
    }
    on.type(alice, true);
    on.executor->advance(std::chrono::seconds(5));
    CHECK(on.executor->timers() == 1);
}

TEST_CASE("typing expires by itself after ten seconds of silence", "[presence]") {
    Desk on;
    on.type(alice, true);
    on.executor->advance(expiry - std::chrono::microseconds(1));
    CHECK(on.told() == Told{{alice, true}, {alice, true}, {alice, true}});
    on.executor->advance(std::chrono::microseconds(1));
    CHECK(on.told() == Told{{alice, false}});
    on.executor->advance(2 * expiry);
    CHECK(on.told().empty());
    CHECK(on.executor->timers() == 0);
}

TEST_CASE("typing on puts the expiry off", "[presence]") {
    Desk on;
    on.type(alice, true);
    on.executor->advance(std::chrono::seconds(7));
    on.type(alice, true);
    on.executor->advance(std::chrono::seconds(7));
    on.told();
    on.executor->advance(std::chrono::seconds(3));
    CHECK(on.told() == Told{{alice, true}, {alice, false}});
}

TEST_CASE("who stops typing and goes on expires by the later time", "[presence]") {
    Desk on;
    on.type(alice, true);
    on.type(alice, false);
    on.executor->advance(std::chrono::seconds(5));
    on.type(alice, true);
    on.told();
    on.executor->advance(std::chrono::seconds(9));
    CHECK(on.told() == Told{{alice, true}, {alice, true}});
    on.executor->advance(std::chrono::seconds(1));
    CHECK(on.told() == Told{{alice, false}});
}

TEST_CASE("typing expires also when the clock is put back", "[presence]") {
    Desk on;
    on.type(alice, true);
    on.clock->advance(-std::chrono::hours(1));
    on.told();
    on.executor->advance(expiry);
    CHECK(on.told() == Told{{alice, false}});
}

TEST_CASE("who leaves has stopped typing, with the last session", "[presence]") {
    Desk on;
    on.engine->presence().join(room, {alice, 2, on.clock->now(), ""}).entries.clear();
    on.type(alice, true);
    on.told();
    on.engine->presence().leave(room, alice, 1);
    CHECK(on.told().empty());
    on.engine->presence().leave(room, alice, 2);
    CHECK(on.told() == Told{{alice, false}});
    on.executor->advance(expiry);
    CHECK(on.told().empty());
}

TEST_CASE("who is not present does not type", "[presence]") {
    Desk on;
    on.type(carol, true);
    on.type(carol, false);
    on.engine->presence().typing(ConversationId{numbered(9)}, alice, true);
    CHECK(on.told().empty());
    CHECK(on.executor->timers() == 0);
}

TEST_CASE("among more than sixty-four three are shown typing", "[presence]") {
    Desk on;
    for (std::uint64_t i = 0; i < limits::receipts_members; ++i)
        on.join(member_number(i));
    on.told();
    for (std::uint64_t i = 0; i < 5; ++i)
        on.type(member_number(i), true);
    CHECK(on.told().size() == 3);
    on.type(member_number(0), false);
    on.told();
    on.type(member_number(4), true);
    CHECK(on.told() == Told{{member_number(4), true}});
}

TEST_CASE("among more than a thousand nobody is shown typing", "[presence]") {
    Desk on;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        on.engine->presence()
            .join(room, {member_number(i), 1, on.clock->now(), ""})
            .entries.clear();
    }
    on.type(alice, true);
    CHECK(on.told().empty());
}

TEST_CASE("closing ends typing without a word, and timers find nothing", "[presence]") {
    Desk on;
    on.type(alice, true);
    on.told();
    on.engine->close();
    on.executor->advance(expiry);
    CHECK(on.told().empty());
}

TEST_CASE("an engine may end while its timers wait", "[presence]") {
    Desk on;
    on.type(alice, true);
    on.engine->presence().join(room, {carol, 1, on.clock->now(), ""}).entries.clear();
    CHECK(on.executor->timers() == 2);
    on.engine.reset();
    on.executor->advance(expiry);
    CHECK(on.executor->timers() == 0);
}
