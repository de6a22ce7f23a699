#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

TEST_CASE("the sender replaces the content, which is told with the next number", "[messages]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto message = on.sent(alice, id, "teh");
    REQUIRE(on.react(bob, message.id, "\U0001f44d").result());
    on.clock->advance(std::chrono::minutes(1));
    on.sink->clear();
    const auto edited = on.edit(alice, message.id, "the").value();
    CHECK(edited->content == "the");
    CHECK(edited->mseq == 1);
    CHECK(edited->eseq == 4);
    CHECK(edited->edited_at == on.clock->now());
    CHECK(edited->updated_at == on.clock->now());
    CHECK(edited->sent_at == message.sent_at);
    CHECK(edited->reactions.size() == 1);
    const auto told = on.sink->all();
    REQUIRE(told.size() == 1);
    CHECK(told[0].eseq == 4);
    CHECK(std::get<MessageEdited>(told[0].what).message->content == "the");
    CHECK(on.show(bob, message.id).value().content == "the");
    CHECK(on.show(bob, message.id).value().eseq == 4);
}

TEST_CASE("an edit takes the signature away, because it covered the old content", "[messages]") {
    InlineEngine on;
    SendMessage command;
    command.conversation = on.direct(alice, bob);
    command.content = "signed";
    command.signature = "c2ln";
    command.sender_public_key = "a2V5";
    const auto id = on.send(alice, command).value().message->id;
    REQUIRE(on.edit(alice, id, "unsigned").result());
    const auto shown = on.show(bob, id).value();
    CHECK(shown.signature.empty());
    CHECK(shown.sender_public_key.empty());
}

TEST_CASE("an edit merges metadata, or leaves it as it is", "[messages]") {
    InlineEngine on;
    SendMessage command;
    command.conversation = on.direct(alice, bob);
    command.content = "x";
    command.metadata = R"({"a":1,"b":2})";
    const auto id = on.send(alice, command).value().message->id;
    CHECK(on.edit(alice, id, "y").value()->metadata == R"({"a":1,"b":2})");
    EditMessage edit;
    edit.message = id;
    edit.content = "z";
    edit.metadata = R"({ "b": 3, "c": {} })";
    CHECK(on.edit(alice, edit).value()->metadata == R"({"a":1,"b":3,"c":{}})");
    edit.metadata = "[]";
    CHECK(on.edit(alice, edit).error().fields[0] == FieldError{"metadata", "is invalid"});
}

TEST_CASE("a message can be edited for a day", "[messages]") {
    InlineEngine on;
    const auto id = on.sent(alice, on.direct(alice, bob), "x").id;
    on.clock->advance(std::chrono::seconds(86'400) - std::chrono::microseconds(1));
    CHECK(on.edit(alice, id, "y").result());
    on.clock->advance(std::chrono::microseconds(1));
    const auto error = on.edit(alice, id, "z").error();
    CHECK(error.code == Errc::not_editable);
    CHECK(error.text == "a message can be edited for 86400 seconds after it was sent");
}

TEST_CASE("what one may not see cannot be edited, nor what others said", "[messages]") {
    InlineEngine on;
    const auto direct = on.direct(alice, bob);
    const auto id = on.sent(alice, direct, "x").id;
    CHECK(on.edit(bob, id, "y").error().code == Errc::forbidden);
    CHECK(on.edit(carol, id, "y").error().code == Errc::message_not_found);
    CHECK(on.edit(alice, MessageId{numbered(404)}, "y").error().code == Errc::message_not_found);
    EditMessage elsewhere;
    elsewhere.message = id;
    elsewhere.content = "y";
    elsewhere.conversation = on.direct(alice, carol);
    CHECK(on.edit(alice, elsewhere).error().code == Errc::message_not_found);
    elsewhere.conversation = direct;
    CHECK(on.edit(alice, elsewhere).result());
}

TEST_CASE("system messages and tombstones cannot be edited", "[messages]") {
    InlineEngine on;
    const auto group = on.group(alice, {bob});
    REQUIRE(on.add_member(alice, group, carol).result());
    const auto system = on.sink->last<MessageCreated>().message->id;
    CHECK(on.edit(alice, system, "y").error().code == Errc::forbidden);

    const auto id = on.sent(alice, group, "x").id;
    DeleteMessage bury;
    bury.message = id;
    bury.for_everyone = true;
    REQUIRE(on.remove(alice, bury).result());
    CHECK(on.edit(alice, id, "y").error().code == Errc::not_editable);
}

TEST_CASE("an edit that was based on an older state is stale", "[messages]") {
    InlineEngine on;
    const auto message = on.sent(alice, on.direct(alice, bob), "x");
    EditMessage edit;
    edit.message = message.id;
    edit.content = "from the phone";
    edit.based_on = message.eseq;
    const auto first = on.edit(alice, edit).value();
    edit.content = "from the laptop";
    CHECK(on.edit(alice, edit).error().code == Errc::stale);
    edit.based_on = first->eseq;
    CHECK(on.edit(alice, edit).value()->content == "from the laptop");
}

TEST_CASE("of two edits in one batch that are based on the same state one wins", "[messages]") {
    ManualEngine on;
    const auto message = on.sent(alice, on.direct(alice, bob), "x");
    EditMessage edit;
    edit.message = message.id;
    edit.based_on = message.eseq;
    on.executor->hold();
    edit.content = "first";
    const auto first = on.edit(alice, edit);
    edit.content = "second";
    const auto second = on.edit(alice, edit);
    on.executor->release();
    CHECK(first.result());
    CHECK(second.error().code == Errc::stale);
    CHECK(on.show(bob, message.id).value().content == "first");
}

TEST_CASE("who may not edit is told so before what is wrong with the edit", "[messages]") {
    InlineEngine on;
    const auto id = on.sent(alice, on.direct(alice, bob), "x").id;
    CHECK(on.edit(bob, id, "").error().code == Errc::forbidden);
    CHECK(on.edit(alice, id, "").error().fields[0] == FieldError{"content", "can't be blank"});
    CHECK(on.edit(alice, id, std::string(65'537, 'x')).error().fields[0].message ==
          "exceeds maximum size of 65536 bytes");
    CHECK(on.show(alice, id).value().eseq == 2);
}

TEST_CASE("an edit shows how far the message has come", "[messages]") {
    InlineEngine on;
    const auto direct = on.direct(alice, bob);
    const auto id = on.sent(alice, direct, "x").id;
    REQUIRE(on.read(bob, {direct, {}}).result());
    CHECK(on.edit(alice, id, "y").value()->status == DeliveryStatus::read);
}
