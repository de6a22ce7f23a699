#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

SendMessage brief(ConversationId id) {
    SendMessage command;
    command.conversation = id;
    command.content = "brief";
    return command;
}

}  // namespace

TEST_CASE("a message with a time to live is gone when it is over", "[messages]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    auto command = brief(id);
    command.ttl = std::chrono::seconds(60);
    const auto message = *on.send(alice, command).value().message;
    CHECK(message.expires_at == message.sent_at + std::chrono::seconds(60));
    on.clock->advance(std::chrono::seconds(60) - std::chrono::microseconds(1));
    CHECK(on.contents(bob, id).size() == 1);
    CHECK(on.show(bob, message.id).result());
    on.clock->advance(std::chrono::microseconds(1));
    CHECK(on.contents(bob, id).empty());
    CHECK(on.show(bob, message.id).error().code == Errc::message_not_found);
    CHECK_FALSE(on.list(bob).value().conversations.at(0).last_message);
}

TEST_CASE("nothing can be done with an expired message", "[messages]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    auto command = brief(id);
    command.ttl = std::chrono::seconds(1);
    const auto message = on.send(alice, command).value().message->id;
    on.clock->advance(std::chrono::seconds(1));
    CHECK(on.edit(alice, message, "longer").error().code == Errc::message_not_found);
    CHECK(on.react(bob, message, "x").error().code == Errc::message_not_found);
    CHECK(on.reactions(bob, message).error().code == Errc::message_not_found);
    DeleteMessage bury;
    bury.message = message;
    bury.for_everyone = true;
    CHECK(on.remove(alice, bury).error().code == Errc::message_not_found);
    CHECK(on.read(bob, {id, message}).error().code == Errc::message_not_found);
}

TEST_CASE("a moment of expiry lies in the future, and wins over a time to live", "[messages]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    auto command = brief(id);
    command.ttl = std::chrono::seconds(60);
    command.expires_at = on.clock->now();
    const auto error = on.send(alice, command).error();
    CHECK(error.fields == std::vector<FieldError>{{"expires_at", "must be in the future"}});
    command.expires_at = on.clock->now() + std::chrono::hours(1);
    CHECK(on.send(alice, command).value().message->expires_at == command.expires_at);
}

TEST_CASE("a repeat of a message that has expired is still a repeat", "[messages]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    auto command = brief(id);
    command.op_id = OpId{numbered(3)};
    command.expires_at = on.clock->now() + std::chrono::seconds(10);
    const auto first = on.send(alice, command).value().message->id;
    on.clock->advance(std::chrono::seconds(11));
    const auto again = on.send(alice, command).value();
    CHECK(again.repeat);
    CHECK(again.message->id == first);
}

TEST_CASE("an expiry keeps its number", "[messages]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    auto command = brief(id);
    command.ttl = std::chrono::seconds(1);
    REQUIRE(on.send(alice, command).result());
    on.clock->advance(std::chrono::seconds(5));
    CHECK(on.sent(bob, id, "after").mseq == 2);
}
