#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

// A group of alice and as many others as make `members`.
ConversationId crowd(EngineFixture& on, std::size_t members) {
    std::vector<UserId> others;
    for (std::uint64_t i = 1; i < members; ++i)
        others.push_back(member_number(i));
    return on.group(alice, others);
}

}  // namespace

TEST_CASE("what reaches a device is told to its senders", "[receipts]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto one = on.sent(alice, id, "1");
    on.sent(bob, id, "mine");
    const auto three = on.sent(alice, id, "3");
    on.clock->advance(std::chrono::seconds(3));
    on.sink->clear();
    REQUIRE(on.delivered(bob, id, three.id).result());
    const auto told = on.sink->all();
    REQUIRE(told.size() == 1);
    CHECK(told[0].eseq == 0);
    const auto& moved = std::get<DeliveredMoved>(told[0].what);
    CHECK(moved.user == bob);
    CHECK(moved.delivered_mseq == 3);
    CHECK(moved.at == on.clock->now());
    REQUIRE(moved.messages.size() == 2);
    CHECK(moved.messages[0].message == three.id);
    CHECK(moved.messages[1].message == one.id);
}

TEST_CASE("a delivered position only rises, and not beyond what there is", "[receipts]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    on.sent(alice, id, "1");
    const auto two = on.sent(alice, id, "2").id;
    REQUIRE(on.delivered(bob, id, Mseq{1'000'000}).result());
    CHECK(on.sink->last<DeliveredMoved>().delivered_mseq == 2);
    on.sink->clear();
    for (const Mseq upto : {Mseq{2}, Mseq{1}, Mseq{0}, Mseq{-5}}) {
        CHECK(on.delivered(bob, id, upto).result());
    }
    CHECK(on.sink->all().empty());
    CHECK(on.show(alice, two).value().status == DeliveryStatus::delivered);
    const auto three = on.sent(alice, id, "3").id;
    CHECK(on.show(alice, three).value().status == DeliveryStatus::sent);
}

TEST_CASE("what has been read needs no word about its delivery", "[receipts]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    on.sent(alice, id, "1");
    REQUIRE(on.read(bob, {id, {}}).result());
    on.sink->clear();
    REQUIRE(on.delivered(bob, id, Mseq{1}).result());
    CHECK(on.sink->all().empty());
    on.sent(alice, id, "2");
    REQUIRE(on.delivered(bob, id, Mseq{2}).result());
    CHECK(on.sink->last<DeliveredMoved>().messages.size() == 1);
}

TEST_CASE("delivery of what was sent in the same batch is told", "[receipts]") {
    ManualEngine on;
    const auto id = on.direct(alice, bob);
    on.executor->hold();
    const auto sent = on.send(alice, id, "1");
    const auto done = on.delivered(bob, id, Mseq{1});
    on.executor->release();
    CHECK(done.result());
    const auto moved = on.sink->last<DeliveredMoved>();
    REQUIRE(moved.messages.size() == 1);
    CHECK(moved.messages[0].message == sent.value().message->id);
}

TEST_CASE("beyond sixty-four members there is no delivered", "[receipts]") {
    InlineEngine on;
    const auto small = crowd(on, limits::receipts_members);
    on.sent(alice, small, "x");
    on.sink->clear();
    CHECK(on.delivered(member_number(1), small, Mseq{1}).result());
    CHECK(on.sink->of<DeliveredMoved>().size() == 1);

    const auto large = crowd(on, limits::receipts_members + 1);
    on.sent(alice, large, "x");
    on.sink->clear();
    CHECK(on.delivered(member_number(1), large, Mseq{1}).result());
    CHECK(on.sink->all().empty());
    // Reading goes on.
    REQUIRE(on.read(member_number(1), {large, {}}).result());
    CHECK(on.sink->of<ReadMoved>().size() == 1);
    CHECK(on.unread(member_number(1), large) == 0);
}

TEST_CASE("in a large conversation a message stays sent", "[receipts]") {
    InlineEngine on;
    const auto id = crowd(on, limits::receipts_members + 1);
    const auto message = on.sent(alice, id, "x").id;
    for (std::uint64_t i = 1; i <= limits::receipts_members; ++i) {
        REQUIRE(on.read(member_number(i), {id, {}}).result());
    }
    CHECK(on.show(alice, message).value().status == DeliveryStatus::sent);
}

TEST_CASE("delivery is for members", "[receipts]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto message = on.sent(alice, id, "x").id;
    CHECK(on.delivered(carol, id, Mseq{1}).error().code == Errc::not_a_member);
    CHECK(on.delivered(carol, id, message).error().code == Errc::message_not_found);
    CHECK(on.delivered(bob, id, MessageId{numbered(404)}).error().code == Errc::message_not_found);
    CHECK(on.delivered(bob, ConversationId{numbered(404)}, Mseq{1}).error().code ==
          Errc::conversation_not_found);
}
