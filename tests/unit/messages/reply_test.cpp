#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

SendMessage reply(ConversationId id, MessageId to, std::string content = "answer") {
    SendMessage command;
    command.conversation = id;
    command.content = std::move(content);
    command.reply_to = to;
    return command;
}

std::string complaint(const Error& error) {
    REQUIRE(error.code == Errc::invalid);
    REQUIRE(error.fields.size() == 1);
    CHECK(error.fields[0].field == "reply_to_id");
    return error.fields[0].message;
}

}  // namespace

TEST_CASE("a reply shows what it answers", "[messages]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto question = on.sent(alice, id, "question");
    const auto sent = on.send(bob, reply(id, question.id)).value();
    const auto expect = [&](const Message& message) {
        CHECK(message.reply_to == question.id);
        REQUIRE(message.reply);
        CHECK(message.reply->id == question.id);
        CHECK(message.reply->sender == alice);
        CHECK(message.reply->content == "question");
        CHECK(message.reply->type == MessageType::text);
        CHECK_FALSE(message.reply->deleted);
    };
    expect(*sent.message);
    expect(on.show(alice, sent.message->id).value());
    expect(on.page(alice, {id}).value().messages.at(0));
    expect(*on.sink->last<MessageCreated>().message);
}

TEST_CASE("a reply to an answer that is in another conversation is refused", "[messages]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto elsewhere = on.sent(alice, on.direct(alice, carol), "elsewhere");
    CHECK(complaint(on.send(alice, reply(id, elsewhere.id)).error()) ==
          "must reference a message in the same conversation");
    CHECK(complaint(on.send(alice, reply(id, MessageId{numbered(404)})).error()) ==
          "referenced message does not exist");
    CHECK(on.sent(alice, id, "next").mseq == 1);
}

TEST_CASE("a stranger learns nothing from replying", "[messages]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto message = on.sent(alice, id, "private");
    CHECK(on.send(carol, reply(id, message.id)).error().code == Errc::not_a_member);
    CHECK(on.send(carol, reply(id, MessageId{numbered(404)})).error().code == Errc::not_a_member);
}

TEST_CASE("a reply to a deleted message shows a tombstone without words", "[messages]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto question = on.sent(alice, id, "regret");
    const auto before = on.send(bob, reply(id, question.id, "before")).value().message->id;
    DeleteMessage bury;
    bury.message = question.id;
    bury.for_everyone = true;
    REQUIRE(on.remove(alice, bury).result());
    const auto after = on.send(bob, reply(id, question.id, "after")).value();
    CHECK(after.message->reply->deleted);
    CHECK(after.message->reply->content.empty());
    const auto earlier = on.show(alice, before).value();
    CHECK(earlier.reply_to == question.id);
    CHECK(earlier.reply->deleted);
    CHECK(earlier.reply->content.empty());
}

TEST_CASE("a reply shows what its question has become", "[messages]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto question = on.sent(alice, id, "first words");
    const auto answer = on.send(bob, reply(id, question.id)).value().message->id;
    REQUIRE(on.edit(alice, question.id, "second words").result());
    CHECK(on.show(bob, answer).value().reply->content == "second words");
}

TEST_CASE("a repeated reply still says what it answers", "[messages]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto question = on.sent(alice, id, "question");
    auto command = reply(id, question.id);
    command.op_id = OpId{numbered(5)};
    REQUIRE(on.send(bob, command).result());
    const auto again = on.send(bob, command).value();
    CHECK(again.repeat);
    CHECK(again.message->reply_to == question.id);
    CHECK(again.message->reply->content == "question");
}
