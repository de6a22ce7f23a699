// When the engine looks for what is due, and what it does when that fails.
#include <catch2/catch.hpp>

#include "schedules/scheduling.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

using On = Scheduling<ManualEngine>;
constexpr std::chrono::microseconds micro{1};
constexpr std::chrono::microseconds second = std::chrono::seconds(1);
constexpr std::chrono::microseconds minute = std::chrono::seconds(60);

Result<void> down() {
    return Error{Errc::unavailable, "the database is down", {}};
}

}  // namespace

TEST_CASE("without anything due there is a look at the start and one a minute", "[engine]") {
    On on;
    CHECK(on.engine->stats().reads == 1);
    on.executor->advance(minute - micro);
    CHECK(on.engine->stats().reads == 1);
    on.executor->advance(micro);
    CHECK(on.engine->stats().reads == 2);
    on.executor->advance(10 * minute);
    CHECK(on.engine->stats().reads == 12);
    CHECK(on.engine->stats().commands == 0);
}

TEST_CASE("what another process has scheduled is sent within a minute", "[engine]") {
    On on;
    const auto id = on.direct(alice, bob);
    on.restart();  // its next look is a minute away
    // Nobody tells this engine: the commit's success is hidden, as that of another process is.
    on.script->after_commit = [] {
        return Result<void>(Error{Errc::outcome_unknown, "the line was cut", {}});
    };
    CHECK(on.schedule(alice, id, minute).error().code == Errc::outcome_unknown);
    on.script->after_commit = nullptr;
    on.executor->advance(minute);
    CHECK(on.contents(bob, id).size() == 1);
}

TEST_CASE("while the database is down the pauses grow to a minute, and then it is sent once",
          "[engine]") {
    On on;
    const auto id = on.direct(alice, bob);
    (void)on.schedule(alice, id, minute, "patient").value();
    on.script->before_begin = [](const LockKeys&) { return down(); };
    const int begins_before = on.script->begins;
    const auto tries = [&] { return on.script->begins - begins_before; };
    on.executor->advance(minute);
    CHECK(tries() == 1);
    for (const int pause : {1, 2, 4, 8, 16, 32, 60, 60, 60}) {
        const int before = tries();
        on.executor->advance(pause * second - micro);
        CHECK(tries() == before);
        on.executor->advance(micro);
        CHECK(tries() == before + 1);
    }
    on.script->before_begin = nullptr;
    on.executor->advance(minute);
    CHECK(on.contents(bob, id) == std::vector<std::string>{"patient"});
    CHECK(on.sink->of<MessageCreated>().size() == 1);
    // Then the pauses begin anew.
    (void)on.schedule(alice, id, minute, "again").value();
    on.script->before_begin = [](const LockKeys&) { return down(); };
    on.executor->advance(minute);
    on.script->before_begin = nullptr;
    on.executor->advance(second);
    CHECK(on.contents(bob, id).size() == 2);
}

TEST_CASE("a look that fails is repeated after a pause", "[engine]") {
    On on;
    const auto id = on.direct(alice, bob);
    (void)on.schedule(alice, id, minute).value();
    int looks = 0;
    on.script->before_due = [&looks] {
        ++looks;
        return down();
    };
    on.executor->advance(minute + 6 * second);  // pauses of 1, 2 and 4 seconds
    CHECK(looks == 3);
    on.script->before_due = nullptr;
    on.executor->advance(second);
    CHECK(on.contents(bob, id).size() == 1);
}

TEST_CASE("an unknown outcome that was a success is not sent twice", "[engine]") {
    On on;
    const auto id = on.direct(alice, bob);
    (void)on.schedule(alice, id, minute).value();
    on.script->after_commit = [] {
        return Result<void>(Error{Errc::outcome_unknown, "the line was cut", {}});
    };
    on.executor->advance(minute);
    on.script->after_commit = nullptr;
    on.executor->advance(minute);
    CHECK(on.contents(bob, id).size() == 1);
    CHECK(on.texts(alice, ScheduleStatus::sent).size() == 1);
}

TEST_CASE("a schedule that the database never takes fails, and holds nothing up", "[engine]") {
    On on;
    const auto id = on.direct(alice, bob);
    (void)on.schedule(alice, id, minute, "poison").value();
    (void)on.schedule(alice, id, minute + micro, "sound").value();
    on.script->before_write = [](const ChangeSet& changes) -> Result<void> {
        for (const MessageRow& row : changes.messages_created) {
            if (row.content == "poison") return Error{Errc::already_exists, "taken", {}};
        }
        return {};
    };
    on.executor->advance(minute + micro);
    CHECK(on.contents(bob, id) == std::vector<std::string>{"sound"});
    CHECK(on.texts(alice, ScheduleStatus::failed) == std::vector<std::string>{"poison"});
    on.executor->advance(minute);
    CHECK(on.contents(bob, id).size() == 1);
}

TEST_CASE("a clock that is set back makes nothing early, and nothing late by more than a minute",
          "[engine]") {
    On on;
    const auto id = on.direct(alice, bob);
    const Time moment = on.schedule(alice, id, minute / 2 + minute).value().scheduled_at;
    on.clock->advance(-minute);
    on.executor->advance(2 * minute);
    CHECK(on.clock->now() < moment);
    CHECK(on.contents(bob, id).empty());
    on.executor->advance(minute);
    CHECK(on.contents(bob, id).size() == 1);
    (void)on.schedule(alice, id, std::chrono::hours(2)).value();
    on.clock->advance(std::chrono::hours(2));
    on.executor->advance(minute);
    CHECK(on.contents(bob, id).size() == 2);
}

TEST_CASE("an engine closes with a timer armed, and the timer then finds nothing", "[engine]") {
    On on;
    const auto id = on.direct(alice, bob);
    (void)on.schedule(alice, id, minute).value();
    const int begins = on.script->begins;
    on.engine->close();
    on.executor->advance(2 * minute);
    CHECK(on.script->begins == begins);
    on.engine.reset();
    on.executor->advance(2 * minute);
    CHECK(on.script->begins == begins);
}

TEST_CASE("closing while something is being sent lets it be sent", "[engine]") {
    On on;
    const auto id = on.direct(alice, bob);
    (void)on.schedule(alice, id, minute).value();
    on.sink->on_deliver = [&](const Events& events) {
        if (std::holds_alternative<MessageCreated>(events.front().what)) on.engine->close();
    };
    on.executor->advance(minute);
    on.sink->on_deliver = nullptr;
    on.restart();
    CHECK(on.contents(bob, id).size() == 1);
}
