#include "whispr/event_queue.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

std::vector<std::string> contents(const EventQueue::Polled& polled) {
    std::vector<std::string> found;
    for (const auto& event : polled.events) {
        if (const auto* created = std::get_if<MessageCreated>(&event.what)) {
            found.push_back(created->message->content);
        }
    }
    return found;
}

}  // namespace

TEST_CASE("a queue gives its user's events once, in order", "[event_queue]") {
    InlineEngine on;
    EventQueue queue(*on.engine, bob);
    const auto id = on.direct(alice, bob);
    on.sent(alice, id, "one");
    on.sent(bob, id, "two");
    const auto polled = queue.poll();
    CHECK(polled.events.size() == 3);
    CHECK(contents(polled) == std::vector<std::string>{"one", "two"});
    CHECK_FALSE(polled.lost);
    CHECK(queue.poll().events.empty());
}

TEST_CASE("a queue gives only what its user may see", "[event_queue]") {
    InlineEngine on;
    EventQueue queue(*on.engine, carol);
    const auto private_one = on.direct(alice, bob);
    on.sent(alice, private_one, "private");
    const auto group = on.group(alice, {bob});
    REQUIRE(on.add_member(alice, group, carol).result());
    on.sent(alice, group, "for all");
    REQUIRE(on.remove(bob, group).result());
    REQUIRE(on.remove(carol, group).result());
    REQUIRE(on.remove_member(alice, group, carol).result());
    on.sent(alice, group, "after");
    const auto events = queue.poll().events;
    REQUIRE(events.size() == 5);
    CHECK(std::get<MemberAdded>(events[0].what).member.user == carol);
    CHECK(std::get<MessageCreated>(events[1].what).message->type == MessageType::system);
    CHECK(std::get<MessageCreated>(events[2].what).message->content == "for all");
    CHECK(std::holds_alternative<ConversationHidden>(events[3].what));
    CHECK(std::get<MemberRemoved>(events[4].what).user == carol);
}

TEST_CASE("a queue passes on the presence and typing of rooms its user is in", "[event_queue]") {
    ManualEngine on;
    EventQueue queue(*on.engine, alice);
    const auto id = on.direct(alice, bob);
    REQUIRE(queue.poll().events.size() == 1);
    auto& presence = on.engine->presence();
    CHECK(presence.join(id, {bob, 1, on.clock->now(), ""}).users == 1);
    presence.typing(id, bob, true);
    on.executor->advance(std::chrono::milliseconds(250));
    CHECK(queue.poll().events.empty());
    CHECK(presence.join(id, {alice, 1, on.clock->now(), ""}).users == 2);
    presence.typing(id, bob, true);
    on.executor->advance(std::chrono::milliseconds(250));
    const auto events = queue.poll().events;
    REQUIRE(events.size() == 2);
    CHECK(std::get<Typing>(events[0].what).user == bob);
    CHECK(std::holds_alternative<PresenceChanged>(events[1].what));
}

TEST_CASE("a queue that nobody polls drops the oldest and says so once", "[event_queue]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    EventQueue queue(*on.engine, bob, {3, {}});
    for (int i = 1; i <= 5; ++i)
        on.sent(alice, id, std::to_string(i));
    const auto polled = queue.poll();
    CHECK(polled.lost);
    CHECK(contents(polled) == std::vector<std::string>{"3", "4", "5"});
    on.sent(alice, id, "6");
    CHECK_FALSE(queue.poll().lost);
}

TEST_CASE("a queue without room keeps the newest event", "[event_queue]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    EventQueue queue(*on.engine, bob, {0, {}});
    on.sent(alice, id, "1");
    on.sent(alice, id, "2");
    const auto polled = queue.poll();
    CHECK(polled.lost);
    CHECK(contents(polled) == std::vector<std::string>{"2"});
}

TEST_CASE("the owner is woken when a queue stops being empty", "[event_queue]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    int wakes = 0;
    EventQueue queue(*on.engine, bob, {100, [&] { ++wakes; }});
    on.sent(alice, id, "1");
    on.sent(alice, id, "2");
    CHECK(wakes == 1);
    CHECK(queue.poll().events.size() == 2);
    on.sent(alice, id, "3");
    CHECK(wakes == 2);
    // Not by what is for others.
    on.direct(carol, dave);
    CHECK(queue.poll().events.size() == 1);
    on.direct(carol, erin);
    CHECK(wakes == 2);
}

TEST_CASE("polling without time does not wait, and with time ends with the first event",
          "[event_queue]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    EventQueue queue(*on.engine, bob);
    CHECK(queue.poll().events.empty());
    CHECK(queue.poll(std::chrono::milliseconds(0)).events.empty());
    CHECK(queue.poll(std::chrono::milliseconds(-1)).events.empty());
    CHECK(queue.poll(std::chrono::milliseconds(1)).events.empty());
    std::thread sender([&] { on.sent(alice, id, "awaited"); });
    CHECK(contents(queue.poll(std::chrono::hours(1))) == std::vector<std::string>{"awaited"});
    sender.join();
}

TEST_CASE("a queue that ended is not woken any more", "[event_queue]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    int wakes = 0;
    {
        // Delivered to after the queue below, which ends while the event is on its way.
        auto queue = std::make_unique<EventQueue>(*on.engine, bob, EventQueue::Options{1, {}});
        auto second = std::make_unique<EventQueue>(*on.engine, bob,
                                                   EventQueue::Options{100, [&] { ++wakes; }});
        on.sink->on_deliver = [&](const Events&) { second.reset(); };
        on.sent(alice, id, "1");
        CHECK(queue->poll().events.size() == 1);
    }
    CHECK(wakes == 0);
}
