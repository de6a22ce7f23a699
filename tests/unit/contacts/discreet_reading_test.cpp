#include <catch2/catch.hpp>

#include "support/engine_with_ports.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

std::vector<Event> reads_told(const RecordingSink& sink) {
    std::vector<Event> told;
    for (const Event& event : sink.all()) {
        if (std::holds_alternative<ReadMoved>(event.what)) told.push_back(event);
    }
    return told;
}

}  // namespace

TEST_CASE("what a discreet user reads is told to that user's devices alone", "[contacts]") {
    EngineWithPorts on;
    const auto id = on.direct(alice, bob);
    const auto message = on.sent(alice, id, "x");
    on.contacts->discreet.insert(bob);
    on.sink->clear();
    CHECK(on.read(bob, {id, message.id}).value().read_mseq == 1);
    const auto told = reads_told(*on.sink);
    REQUIRE(told.size() == 1);
    CHECK(told[0].user == bob);
    CHECK(told[0].audience == nullptr);
    CHECK(std::get<ReadMoved>(told[0].what).marked == 1);
    CHECK(on.unread(bob, id) == 0);
}

TEST_CASE("a message that was read discreetly counts as delivered for its author", "[contacts]") {
    EngineWithPorts on;
    const auto id = on.direct(alice, bob);
    const auto message = on.sent(alice, id, "x");
    on.contacts->discreet.insert(bob);
    CHECK(on.read(bob, {id, message.id}).result());
    CHECK(on.show(alice, message.id).value().status == DeliveryStatus::sent);
    on.sink->clear();
    CHECK(on.delivered(bob, id, message.mseq).result());
    CHECK(on.show(alice, message.id).value().status == DeliveryStatus::delivered);
    REQUIRE(on.sink->all().size() == 1);
    CHECK(std::get<DeliveredMoved>(on.sink->all()[0].what).messages.front().message == message.id);
}

TEST_CASE("naming a message that was read already stays discreet, too", "[contacts]") {
    EngineWithPorts on;
    const auto id = on.direct(alice, bob);
    const auto message = on.sent(alice, id, "x");
    on.contacts->discreet.insert(bob);
    CHECK(on.read(bob, {id, message.id}).result());
    CHECK(on.read(bob, {id, message.id}).result());
    for (const Event& event : reads_told(*on.sink))
        CHECK(event.user == bob);
    CHECK(on.show(alice, message.id).value().status != DeliveryStatus::read);
}

TEST_CASE("who is no longer discreet shows what is read from then on, and with it all before",
          "[contacts]") {
    EngineWithPorts on;
    const auto id = on.direct(alice, bob);
    const auto first = on.sent(alice, id, "one");
    on.contacts->discreet.insert(bob);
    CHECK(on.read(bob, {id, first.id}).result());
    on.contacts->discreet.clear();
    const auto second = on.sent(alice, id, "two");
    CHECK(on.read(bob, {id, second.id}).result());
    CHECK(on.show(alice, first.id).value().status == DeliveryStatus::read);
    CHECK(on.show(alice, second.id).value().status == DeliveryStatus::read);
}
