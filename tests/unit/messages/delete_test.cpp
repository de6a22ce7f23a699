#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

DeleteMessage for_everyone(MessageId id) {
    DeleteMessage command;
    command.message = id;
    command.for_everyone = true;
    return command;
}

DeleteMessage for_me(MessageId id) {
    DeleteMessage command;
    command.message = id;
    return command;
}

}  // namespace

TEST_CASE("deleting for everyone leaves a tombstone without content", "[messages]") {
    InlineEngine on;
    SendMessage command;
    command.conversation = on.direct(alice, bob);
    command.content = "regret";
    command.metadata = R"({"a":"secret"})";
    command.signature = "c2ln";
    command.sender_public_key = "a2V5";
    const auto id = on.send(alice, command).value().message->id;
    REQUIRE(on.react(bob, id, "\U0001f44d").result());
    on.sink->clear();
    on.clock->advance(std::chrono::minutes(1));
    const auto deleted = on.remove(alice, for_everyone(id)).value();
    CHECK(deleted->deleted);
    CHECK(deleted->updated_at == on.clock->now());

    const auto tombstone = on.show(bob, id).value();
    CHECK(tombstone.deleted);
    CHECK(tombstone.content.empty());
    CHECK(tombstone.metadata == "{}");
    CHECK(tombstone.signature.empty());
    CHECK(tombstone.sender_public_key.empty());
    CHECK(tombstone.reactions.empty());
    CHECK(tombstone.mseq == 1);
    CHECK(tombstone.eseq == 4);
    CHECK(on.reactions(bob, id).value().empty());
    CHECK(on.contents(bob, command.conversation).empty());

    const auto told = on.sink->all();
    REQUIRE(told.size() == 1);
    CHECK(std::get<MessageDeleted>(told[0].what).message == id);
    CHECK(std::get<MessageDeleted>(told[0].what).mseq == 1);
    CHECK(told[0].eseq == 4);
}

TEST_CASE("only the sender deletes for everyone, once, for two days", "[messages]") {
    InlineEngine on;
    const auto direct = on.direct(alice, bob);
    const auto id = on.sent(alice, direct, "x").id;
    const auto late = on.sent(alice, direct, "y");
    CHECK(on.remove(bob, for_everyone(id)).error().code == Errc::forbidden);
    CHECK(on.remove(carol, for_everyone(id)).error().code == Errc::message_not_found);
    REQUIRE(on.remove(alice, for_everyone(id)).result());
    CHECK(on.remove(alice, for_everyone(id)).error().code == Errc::not_deletable);
    on.clock->set(late.sent_at + std::chrono::seconds(172'800));
    const auto error = on.remove(alice, for_everyone(late.id)).error();
    CHECK(error.code == Errc::not_deletable);
    CHECK(error.text ==
          "a message can be deleted for everyone for 172800 seconds after it was sent");
    on.clock->advance(-std::chrono::microseconds(1));
    CHECK(on.remove(alice, for_everyone(late.id)).result());
}

TEST_CASE("delete wins over an edit, in any order", "[messages]") {
    ManualEngine on;
    const auto direct = on.direct(alice, bob);
    const auto one = on.sent(alice, direct, "x").id;
    const auto two = on.sent(alice, direct, "y").id;
    on.executor->hold();
    const auto edit_first = on.edit(alice, one, "edited");
    const auto then_bury = on.remove(alice, for_everyone(one));
    const auto bury_first = on.remove(alice, for_everyone(two));
    const auto then_edit = on.edit(alice, two, "edited");
    on.executor->release();
    CHECK(edit_first.result());
    CHECK(then_bury.result());
    CHECK(bury_first.result());
    CHECK(then_edit.error().code == Errc::not_editable);
    CHECK(on.show(bob, one).value().content.empty());
    CHECK(on.show(bob, two).value().content.empty());
    CHECK(on.contents(bob, direct).empty());
}

TEST_CASE("a reaction added in the batch that deletes the message is gone", "[messages]") {
    ManualEngine on;
    const auto id = on.sent(alice, on.direct(alice, bob), "x").id;
    REQUIRE(on.react(bob, id, "a").result());
    on.executor->hold();
    const auto added = on.react(bob, id, "b");
    const auto removed = on.unreact(bob, id, "a");
    const auto buried = on.remove(alice, for_everyone(id));
    on.executor->release();
    CHECK(added.result());
    CHECK(removed.result());
    CHECK(buried.result());
    CHECK(on.reactions(bob, id).value().empty());
}

TEST_CASE("any member hides a message for itself, at any time", "[messages]") {
    InlineEngine on;
    const auto direct = on.direct(alice, bob);
    const auto id = on.sent(alice, direct, "x").id;
    on.clock->advance(std::chrono::hours(24 * 365));
    on.sink->clear();
    const auto answer = on.remove(bob, for_me(id)).value();
    CHECK(answer->id == id);
    CHECK_FALSE(answer->deleted);
    CHECK(on.contents(bob, direct).empty());
    CHECK(on.contents(alice, direct).size() == 1);
    CHECK(on.show(bob, id).error().code == Errc::message_not_found);
    CHECK(on.show(alice, id).result());

    const auto told = on.sink->all();
    REQUIRE(told.size() == 1);
    CHECK(std::get<MessageHidden>(told[0].what).message == id);
    CHECK(told[0].user == bob);
    CHECK(told[0].useq == 1);
    CHECK(told[0].eseq == 0);
}

TEST_CASE("hiding a message for oneself may be repeated", "[messages]") {
    InlineEngine on;
    const auto id = on.sent(alice, on.direct(alice, bob), "x").id;
    REQUIRE(on.remove(bob, for_me(id)).result());
    CHECK(on.remove(bob, for_me(id)).value()->id == id);
    CHECK(on.remove(carol, for_me(id)).error().code == Errc::message_not_found);
    CHECK(on.remove(bob, for_everyone(id)).error().code == Errc::forbidden);
}

TEST_CASE("a tombstone can be hidden, and what one has hidden deleted for everyone", "[messages]") {
    InlineEngine on;
    const auto direct = on.direct(alice, bob);
    const auto one = on.sent(alice, direct, "1").id;
    REQUIRE(on.remove(alice, for_everyone(one)).result());
    CHECK(on.remove(alice, for_me(one)).result());
    CHECK(on.show(alice, one).error().code == Errc::message_not_found);
    CHECK(on.show(bob, one).value().deleted);

    const auto two = on.sent(alice, direct, "2").id;
    REQUIRE(on.remove(alice, for_me(two)).result());
    CHECK(on.remove(alice, for_everyone(two)).result());
    CHECK(on.show(bob, two).value().deleted);
}

TEST_CASE("a deletion names the conversation it believes in", "[messages]") {
    InlineEngine on;
    const auto id = on.sent(alice, on.direct(alice, bob), "x").id;
    auto command = for_everyone(id);
    command.conversation = on.direct(alice, carol);
    CHECK(on.remove(alice, command).error().code == Errc::message_not_found);
}
