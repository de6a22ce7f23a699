#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

TEST_CASE("a message is stored as it was sent and told to all members", "[messages]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    on.sink->clear();
    SendMessage command;
    command.conversation = id;
    command.type = MessageType::media;
    command.content = "picture";
    command.metadata = R"({ "media_url" : "x" })";
    command.client_random = 4'294'967'295;
    command.op_id = OpId{numbered(9)};
    command.signature = "c2ln";
    command.sender_public_key = "a2V5";
    const auto sent = on.send(alice, command).value();
    CHECK_FALSE(sent.repeat);
    const Message& message = *sent.message;
    CHECK(message.conversation == id);
    CHECK(message.mseq == 1);
    CHECK(message.eseq == 2);
    CHECK(message.sender == alice);
    CHECK(message.type == MessageType::media);
    CHECK(message.content == "picture");
    CHECK(message.metadata == R"({"media_url":"x"})");
    CHECK(message.client_random == 4'294'967'295);
    CHECK(message.op_id == OpId{numbered(9)});
    CHECK(message.sent_at == on.clock->now());
    CHECK(message.updated_at == message.sent_at);
    CHECK(message.signature == "c2ln");
    CHECK(message.sender_public_key == "a2V5");
    CHECK(message.status == DeliveryStatus::sent);
    CHECK_FALSE(message.deleted);

    const auto stored = on.show(bob, message.id).value();
    CHECK(stored.content == message.content);
    CHECK(stored.metadata == message.metadata);
    CHECK(stored.sent_at == message.sent_at);
    const auto told = on.sink->all();
    REQUIRE(told.size() == 1);
    CHECK(told[0].eseq == 2);
    CHECK(told[0].actor == alice);
    CHECK(told[0].audience->users == std::vector<UserId>{alice, bob});
    CHECK(std::get<MessageCreated>(told[0].what).message->id == message.id);
}

TEST_CASE("messages and changes are numbered without holes", "[messages]") {
    InlineEngine on;
    const auto one = on.group(alice, {bob});
    const auto two = on.group(alice, {bob});
    for (Mseq i = 1; i <= 20; ++i) {
        const auto message = on.sent(i % 2 == 0 ? alice : bob, one, "m");
        CHECK(message.mseq == i);
        CHECK(message.eseq == i + 1);
    }
    CHECK(on.sent(alice, two, "other").mseq == 1);
}

TEST_CASE("a send that is refused leaves no hole", "[messages]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    on.sent(alice, id, "one");
    CHECK(on.send(carol, id, "stranger").error().code == Errc::not_a_member);
    CHECK(on.send(alice, id, "").error().code == Errc::invalid);
    CHECK(on.send(alice, ConversationId{numbered(404)}, "x").error().code ==
          Errc::conversation_not_found);
    const auto two = on.sent(bob, id, "two");
    CHECK(two.mseq == 2);
    CHECK(two.eseq == 3);
}

TEST_CASE("refused and accepted sends of one batch leave no hole", "[messages]") {
    ManualEngine on;
    const auto id = on.direct(alice, bob);
    on.executor->hold();
    const auto a = on.send(alice, id, "one");
    const auto b = on.send(carol, id, "stranger");
    const auto c = on.send(alice, id, "");
    const auto d = on.send(bob, id, "two");
    on.executor->release();
    CHECK(a.value().message->mseq == 1);
    CHECK(b.error().code == Errc::not_a_member);
    CHECK(c.error().code == Errc::invalid);
    CHECK(d.value().message->mseq == 2);
    CHECK(on.engine->stats().refused == 2);
}

TEST_CASE("the time of messages strictly increases, also when the clock stands or goes back",
          "[messages]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto first = on.sent(alice, id, "a").sent_at;
    CHECK(on.sent(alice, id, "b").sent_at == first + std::chrono::microseconds(1));
    on.clock->advance(-std::chrono::hours(5));
    CHECK(on.sent(bob, id, "c").sent_at == first + std::chrono::microseconds(2));
    on.clock->advance(std::chrono::hours(6));
    CHECK(on.sent(bob, id, "d").sent_at == on.clock->now());
    CHECK(on.contents(alice, id) == std::vector<std::string>{"d", "c", "b", "a"});
}

TEST_CASE("the time of messages strictly increases within a batch", "[messages]") {
    ManualEngine on;
    const auto id = on.direct(alice, bob);
    on.executor->hold();
    std::vector<Answer<Sent>> answers;
    for (int i = 0; i < 5; ++i)
        answers.push_back(on.send(alice, id, "m"));
    on.executor->release();
    for (std::size_t i = 1; i < answers.size(); ++i) {
        CHECK(answers[i].value().message->sent_at ==
              answers[i - 1].value().message->sent_at + std::chrono::microseconds(1));
    }
}

TEST_CASE("sending moves the conversation's activity, but not when it was updated", "[messages]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto created = on.clock->now();
    on.clock->advance(std::chrono::hours(1));
    const auto message = on.sent(alice, id, "hi");
    const auto shown = on.show(bob, id).value();
    CHECK(shown.last_activity_at == message.sent_at);
    CHECK(shown.updated_at == created);
    CHECK(shown.mseq == 1);
    CHECK(shown.eseq == 2);
}

TEST_CASE("what one sends does not count as unread for oneself, nor as read", "[messages]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    on.sent(alice, id, "hi");
    CHECK(on.unread(alice, id) == 0);
    CHECK(on.unread(bob, id) == 1);
    CHECK(on.show(alice, id).value().read_mseq == 0);
}
