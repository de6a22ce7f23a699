#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

constexpr std::chrono::microseconds micro{1};

struct Expiring : ManualEngine {
    Message brief(UserId caller, ConversationId conversation, std::chrono::microseconds life) {
        SendMessage command;
        command.conversation = conversation;
        command.content = "brief";
        command.metadata = R"({"a":"secret"})";
        command.expires_at = clock->now() + life;
        return *send(caller, command).value().message;
    }
    // What storage holds of a message.
    MessageRow stored(ConversationId id, Mseq mseq) {
        const auto reader = *options.storage->open_reader();
        const Access access = *reader->access(id, alice).value();
        return reader->messages(access.conversation.no, {mseq}, system_user).value().messages.at(0);
    }
};

}  // namespace

TEST_CASE("a message whose time is over becomes a tombstone at that moment", "[messages]") {
    Expiring on;
    const auto id = on.direct(alice, bob);
    const Message message = on.brief(alice, id, std::chrono::seconds(90));
    REQUIRE(on.react(bob, message.id, "x").result());
    on.executor->advance(std::chrono::seconds(90) - micro);
    CHECK(on.contents(bob, id).size() == 1);
    CHECK_FALSE(on.stored(id, 1).deleted);
    on.sink->clear();
    on.executor->advance(micro);
    const MessageRow row = on.stored(id, 1);
    CHECK(row.deleted);
    CHECK(row.content.empty());
    CHECK(row.metadata == "{}");
    CHECK(row.updated_at == *message.expires_at);
    CHECK(row.last_eseq == 4);
    CHECK(on.contents(bob, id).empty());
    CHECK(on.unread(bob, id) == 0);
    CHECK(on.show(bob, message.id).error().code == Errc::message_not_found);

    const auto told = on.sink->all();
    REQUIRE(told.size() == 1);
    CHECK(std::get<MessageExpired>(told[0].what).message == message.id);
    CHECK(std::get<MessageExpired>(told[0].what).mseq == 1);
    CHECK(told[0].eseq == 4);
    CHECK(told[0].actor == system_user);
    CHECK(told[0].audience->users == std::vector{alice, bob});
    on.executor->advance(std::chrono::hours(1));
    CHECK(on.sink->all().size() == 1);
}

TEST_CASE("what expires sooner than what was waited for goes in time", "[messages]") {
    Expiring on;
    const auto id = on.direct(alice, bob);
    on.brief(alice, id, std::chrono::hours(1));
    on.brief(alice, id, std::chrono::seconds(5));
    SendMessage command;
    command.conversation = id;
    command.content = "briefest";
    command.ttl = std::chrono::seconds(2);
    REQUIRE(on.send(bob, command).result());
    on.executor->advance(std::chrono::seconds(2));
    CHECK(on.stored(id, 3).deleted);
    CHECK_FALSE(on.stored(id, 2).deleted);
    on.executor->advance(std::chrono::seconds(3));
    CHECK(on.stored(id, 2).deleted);
    CHECK_FALSE(on.stored(id, 1).deleted);
    on.executor->advance(std::chrono::hours(1));
    CHECK(on.stored(id, 1).deleted);
}

TEST_CASE("what expired while the engine was down is buried after the restart", "[messages]") {
    Expiring on;
    const auto id = on.direct(alice, bob);
    for (int i = 0; i < 250; ++i)
        on.brief(alice, id, std::chrono::seconds(10) + i * micro);
    on.sent(alice, id, "lasting");
    on.engine->close();
    on.executor->advance(std::chrono::hours(24 * 30));
    on.sink->clear();
    on.restart();
    CHECK(on.stored(id, 1).deleted);
    CHECK(on.stored(id, 250).deleted);
    CHECK(on.contents(bob, id) == std::vector<std::string>{"lasting"});
}

TEST_CASE("a message that was deleted before its time is not buried twice", "[messages]") {
    Expiring on;
    const auto id = on.direct(alice, bob);
    const Message message = on.brief(alice, id, std::chrono::seconds(5));
    DeleteMessage command;
    command.message = message.id;
    command.for_everyone = true;
    REQUIRE(on.remove(alice, command).result());
    on.sink->clear();
    on.executor->advance(std::chrono::hours(1));
    CHECK(on.sink->all().empty());
    CHECK(on.stored(id, 1).last_eseq == 3);
}

TEST_CASE("a message that is deleted while its time runs out is buried once", "[messages]") {
    Expiring on;
    const auto id = on.direct(alice, bob);
    const Message message = on.brief(alice, id, std::chrono::seconds(5));
    on.sink->clear();
    DeleteMessage command;
    command.message = message.id;
    command.for_everyone = true;
    on.executor->hold();
    const auto deleted = on.remove(alice, command);
    on.executor->run_once();
    on.executor->advance(std::chrono::seconds(5));
    on.executor->release();
    CHECK(deleted.result());
    CHECK(on.stored(id, 1).last_eseq == 3);
    CHECK(on.sink->of<MessageDeleted>().size() + on.sink->of<MessageExpired>().size() == 1);
}

TEST_CASE("messages expire in conversations that were left or closed, too", "[messages]") {
    Expiring on;
    const auto id = on.group(alice, {bob});
    const Message message = on.brief(bob, id, std::chrono::seconds(5));
    REQUIRE(on.remove_member(alice, id, bob).result());
    REQUIRE(on.remove(alice, id, true).result());
    on.executor->advance(std::chrono::seconds(5));
    CHECK(on.stored(id, message.mseq).deleted);
}

TEST_CASE("a message of one lane's batch and its expiry come in order", "[messages]") {
    Expiring on;
    const auto id = on.direct(alice, bob);
    on.executor->hold();
    SendMessage command;
    command.conversation = id;
    command.content = "gone before it was there";
    command.expires_at = on.clock->now() + micro;
    const auto sent = on.send(alice, command);
    on.executor->release();
    REQUIRE(sent.result());
    on.executor->advance(micro);
    CHECK(on.stored(id, 1).deleted);
    CHECK(on.sink->of<MessageCreated>().size() == 1);
    CHECK(on.sink->of<MessageExpired>().size() == 1);
}
