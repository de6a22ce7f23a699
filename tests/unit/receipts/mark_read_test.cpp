#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

TEST_CASE("reading a message reads everything up to it", "[receipts]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto one = on.sent(alice, id, "1");
    const auto two = on.sent(alice, id, "2");
    on.sent(bob, id, "mine");
    const auto four = on.sent(alice, id, "4");
    on.clock->advance(std::chrono::minutes(1));
    on.sink->clear();

    const auto mark = on.read(bob, {id, two.id}).value();
    CHECK(mark.conversation == id);
    CHECK(mark.read_mseq == 2);
    CHECK(mark.marked == 2);
    CHECK(mark.read_at == on.clock->now());
    CHECK(on.unread(bob, id) == 1);

    const auto told = on.sink->all();
    REQUIRE(told.size() == 1);
    CHECK(told[0].eseq == 0);
    CHECK(told[0].actor == bob);
    CHECK(told[0].audience->users == std::vector<UserId>{alice, bob});
    const auto& moved = std::get<ReadMoved>(told[0].what);
    CHECK(moved.reader == bob);
    CHECK(moved.read_mseq == 2);
    CHECK(moved.message == two.id);
    CHECK(moved.marked == 2);
    REQUIRE(moved.messages.size() == 2);
    CHECK(moved.messages[0].message == two.id);
    CHECK(moved.messages[1].message == one.id);
    CHECK(moved.messages[0].author == alice);

    // Own messages are passed, but not told as read.
    REQUIRE(on.read(bob, {id, {}}).result());
    const auto rest = on.sink->last<ReadMoved>();
    CHECK(rest.read_mseq == 4);
    CHECK_FALSE(rest.message);
    REQUIRE(rest.messages.size() == 1);
    CHECK(rest.messages[0].message == four.id);
}

TEST_CASE("a position only rises", "[receipts]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto one = on.sent(alice, id, "1");
    on.sent(alice, id, "2");
    REQUIRE(on.read(bob, {id, {}}).result());
    const auto read_at = on.clock->now();
    on.clock->advance(std::chrono::minutes(1));
    on.sink->clear();
    const int commits = on.script->commits;
    const auto everything = on.read(bob, {id, {}}).value();
    CHECK(everything.read_mseq == 2);
    CHECK(everything.marked == 0);
    CHECK(everything.read_at == read_at);
    CHECK(on.sink->all().empty());
    // A message that is named is told, because the others may show who has seen it.
    const auto named = on.read(bob, {id, one.id}).value();
    CHECK(named.read_mseq == 2);
    CHECK(named.marked == 0);
    CHECK(on.sink->last<ReadMoved>().message == one.id);
    CHECK(on.sink->last<ReadMoved>().messages.empty());
    CHECK(on.script->commits == commits);
}

TEST_CASE("reading takes no change number", "[receipts]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    on.sent(alice, id, "1");
    REQUIRE(on.read(bob, {id, {}}).result());
    CHECK(on.show(bob, id).value().eseq == 2);
    CHECK(on.sent(alice, id, "2").eseq == 3);
}

TEST_CASE("only the newest of many read messages are told", "[receipts]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    for (std::size_t i = 0; i < limits::read_messages_told + 10; ++i)
        on.sent(alice, id, "m");
    REQUIRE(on.read(bob, {id, {}}).result());
    const auto moved = on.sink->last<ReadMoved>();
    CHECK(moved.messages.size() == limits::read_messages_told);
    CHECK(moved.read_mseq == Mseq{limits::read_messages_told} + 10);
    CHECK(on.show(alice, moved.messages.front().message).value().mseq == moved.read_mseq);
}

TEST_CASE("reading what was sent in the same batch tells it to its sender", "[receipts]") {
    ManualEngine on;
    const auto id = on.direct(alice, bob);
    const auto old = on.sent(alice, id, "old");
    const auto buried = on.sent(alice, id, "buried");
    DeleteMessage bury;
    bury.message = buried.id;
    bury.for_everyone = true;
    on.executor->hold();
    const auto deleted = on.remove(alice, bury);
    on.executor->run_once();
    const auto sent = on.send(alice, id, "new");
    const auto mine = on.send(bob, id, "mine");
    const auto read = on.read(bob, {id, {}});
    on.executor->release();
    CHECK(deleted.result());
    CHECK(mine.result());
    CHECK(on.script->commits == 4);
    const auto moved = on.sink->last<ReadMoved>();
    CHECK(read.value().read_mseq == 4);
    CHECK(read.value().marked == 2);
    REQUIRE(moved.messages.size() == 2);
    CHECK(moved.messages[0].message == sent.value().message->id);
    CHECK(moved.messages[1].message == old.id);
}

TEST_CASE("reading is for members, and for messages of the conversation", "[receipts]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto elsewhere = on.sent(bob, on.direct(bob, carol), "x");
    const auto here = on.sent(alice, id, "y");
    CHECK(on.read(carol, {id, {}}).error().code == Errc::not_a_member);
    CHECK(on.read(carol, {id, here.id}).error().code == Errc::message_not_found);
    CHECK(on.read(bob, {id, elsewhere.id}).error().code == Errc::message_not_found);
    CHECK(on.read(bob, {id, MessageId{numbered(404)}}).error().code == Errc::message_not_found);
    CHECK(on.read(bob, {ConversationId{numbered(404)}, {}}).error().code ==
          Errc::conversation_not_found);
    CHECK(on.unread(bob, id) == 1);
}

TEST_CASE("a message is read when all the others have read it", "[receipts]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob, carol});
    const auto message = on.sent(alice, id, "x").id;
    const auto status = [&] { return on.show(alice, message).value().status; };
    CHECK(status() == DeliveryStatus::sent);
    REQUIRE(on.delivered(bob, id, Mseq{1}).result());
    CHECK(status() == DeliveryStatus::sent);
    REQUIRE(on.delivered(carol, id, Mseq{1}).result());
    CHECK(status() == DeliveryStatus::delivered);
    REQUIRE(on.read(bob, {id, {}}).result());
    CHECK(status() == DeliveryStatus::delivered);
    REQUIRE(on.read(carol, {id, {}}).result());
    CHECK(status() == DeliveryStatus::read);
    // Who has left is not waited for, who comes is.
    REQUIRE(on.add_member(alice, id, dave).result());
    CHECK(status() == DeliveryStatus::sent);
    REQUIRE(on.remove_member(alice, id, dave).result());
    CHECK(status() == DeliveryStatus::read);
}
