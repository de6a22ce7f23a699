#include <catch2/catch.hpp>

#include "support/engine_with_ports.hpp"

using namespace whispr;
using namespace whispr::test;

TEST_CASE("no direct conversation begins between users of whom one has blocked the other",
          "[contacts]") {
    EngineWithPorts on;
    on.contacts->blocks.insert(UserPair::of(alice, bob));
    CHECK(on.create_direct(alice, {.other = bob}).error().code == Errc::blocked);
    CHECK(on.create_direct(bob, {.other = alice}).error().code == Errc::blocked);
    CHECK(on.create_direct(alice, {.other = carol}).result());
    CHECK(on.list(bob).value().conversations.empty());
}

TEST_CASE("a direct conversation that is there is given to those who blocked, too", "[contacts]") {
    EngineWithPorts on;
    const auto id = on.direct(alice, bob);
    on.sent(alice, id, "before");
    on.contacts->blocks.insert(UserPair::of(alice, bob));
    CHECK(on.create_direct(bob, {.other = alice}).value().id == id);
    CHECK(on.contents(bob, id) == std::vector<std::string>{"before"});
}

TEST_CASE("a direct conversation that one side left does not come back over a block",
          "[contacts]") {
    EngineWithPorts on;
    const auto id = on.direct(alice, bob);
    CHECK(on.remove_member(bob, id, bob).result());
    on.contacts->blocks.insert(UserPair::of(alice, bob));
    CHECK(on.create_direct(alice, {.other = bob}).error().code == Errc::blocked);
    on.contacts->blocks.clear();
    CHECK(on.create_direct(alice, {.other = bob}).value().id == id);
}

TEST_CASE("nothing is sent in a direct conversation over a block, in either direction",
          "[contacts]") {
    EngineWithPorts on;
    const auto id = on.direct(alice, bob);
    on.contacts->blocks.insert(UserPair::of(alice, bob));
    on.sink->clear();
    CHECK(on.send(alice, id, "x").error().code == Errc::blocked);
    CHECK(on.send(bob, id, "x").error().code == Errc::blocked);
    CHECK(on.sink->all().empty());
    on.contacts->blocks.clear();
    CHECK(on.sent(alice, id, "one").mseq == 1);
}

TEST_CASE("a block says nothing to strangers, and comes before wrong fields", "[contacts]") {
    EngineWithPorts on;
    const auto id = on.direct(alice, bob);
    on.contacts->blocks = {UserPair::of(alice, bob), UserPair::of(carol, alice)};
    CHECK(on.send(carol, id, "x").error().code == Errc::not_a_member);
    CHECK(on.send(alice, id, "").error().code == Errc::blocked);
}

TEST_CASE("a send that was stored before the block stays a repeat", "[contacts]") {
    EngineWithPorts on;
    SendMessage command;
    command.conversation = on.direct(alice, bob);
    command.content = "once";
    command.client_random = 1;
    const auto stored = on.send(alice, command).value();
    on.contacts->blocks.insert(UserPair::of(alice, bob));
    const auto again = on.send(alice, command).value();
    CHECK(again.repeat);
    CHECK(again.message->id == stored.message->id);
}

TEST_CASE("a group is not divided by blocks among its members", "[contacts]") {
    EngineWithPorts on;
    on.contacts->blocks.insert(UserPair::of(alice, bob));
    const auto id = on.group(alice, {bob, carol});
    CHECK(on.sent(alice, id, "x").mseq > 0);
}
