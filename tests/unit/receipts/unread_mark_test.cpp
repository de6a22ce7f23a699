#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

Answer<Done> mark(EngineFixture& on, UserId caller, MessageId message,
                  std::optional<ConversationId> conversation = std::nullopt) {
    Answer<Done> answer;
    on.engine->receipts().mark_unread({caller, {}}, {message, conversation}, answer.completion());
    return answer;
}

// Alice has sent five messages to bob, who has read them.
struct Read : InlineEngine {
    Read() {
        for (int i = 0; i < 5; ++i)
            messages.push_back(sent(alice, id, std::to_string(i)).id);
        REQUIRE(read(bob, {id, {}}).result());
        sink->clear();
    }
    const ConversationId id = direct(alice, bob);
    std::vector<MessageId> messages;
};

}  // namespace

TEST_CASE("a message marked unread counts with what follows it, whatever was read", "[receipts]") {
    Read on;
    CHECK(on.unread(bob, on.id) == 0);
    REQUIRE(mark(on, bob, on.messages[2]).result());
    CHECK(on.unread(bob, on.id) == 3);
    on.sent(alice, on.id, "6");
    CHECK(on.unread(bob, on.id) == 4);
    CHECK(on.list(bob).value().conversations.at(0).unread == 4);
    // The position stays, but the others do not see the message as read.
    CHECK(on.show(bob, on.id).value().read_mseq == 5);
    CHECK(on.show(alice, on.messages[0]).value().status == DeliveryStatus::read);
    CHECK(on.show(alice, on.messages[2]).value().status == DeliveryStatus::delivered);
    // The last mark holds.
    REQUIRE(mark(on, bob, on.messages[4]).result());
    CHECK(on.unread(bob, on.id) == 2);
}

TEST_CASE("a mark is told to the reader's devices with a number, and to the author", "[receipts]") {
    Read on;
    REQUIRE(mark(on, bob, on.messages[4]).result());
    REQUIRE(on.sink->all().size() == 2);
    const auto told = on.sink->of<MarkedUnread>();
    REQUIRE(told.size() == 2);
    CHECK(told[0].user == bob);
    CHECK(told[0].useq == 1);
    CHECK(told[1].user == alice);
    CHECK(told[1].useq == 0);
    for (const Event& event : told) {
        CHECK(event.conversation == on.id);
        CHECK(event.actor == bob);
        CHECK(event.eseq == 0);
        CHECK(std::get<MarkedUnread>(event.what).message == on.messages[4]);
        CHECK(std::get<MarkedUnread>(event.what).reader == bob);
    }
}

TEST_CASE("a mark that is there already is success and tells nobody", "[receipts]") {
    Read on;
    REQUIRE(mark(on, bob, on.messages[1]).result());
    on.sink->clear();
    const int commits = on.script->commits;
    CHECK(mark(on, bob, on.messages[1]).result());
    CHECK(on.sink->all().empty());
    CHECK(on.script->commits == commits);
}

TEST_CASE("a mark does not make read what comes before it", "[receipts]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    std::vector<MessageId> sent;
    for (int i = 0; i < 5; ++i)
        sent.push_back(on.sent(alice, id, "x").id);
    REQUIRE(on.read(bob, {id, sent[1]}).result());
    REQUIRE(mark(on, bob, sent[4]).result());
    CHECK(on.unread(bob, id) == 3);
}

TEST_CASE("the next read clears the mark and is told, but moves no position", "[receipts]") {
    Read on;
    REQUIRE(mark(on, bob, on.messages[0]).result());
    on.sink->clear();
    const auto read = on.read(bob, {on.id, {}}).value();
    CHECK(read.read_mseq == 5);
    CHECK(read.marked == 5);
    CHECK(on.unread(bob, on.id) == 0);
    REQUIRE(on.sink->of<ReadMoved>().size() == 1);
    CHECK(on.sink->last<ReadMoved>().read_mseq == 5);
    // For the authors they are read once more.
    CHECK(on.sink->last<ReadMoved>().messages.size() == 5);
    CHECK(on.show(alice, on.messages[0]).value().status == DeliveryStatus::read);
    REQUIRE(on.sink->of<SettingsChanged>().size() == 1);
    CHECK(on.sink->of<SettingsChanged>()[0].useq == 2);
    // It is cleared once.
    CHECK(on.read(bob, {on.id, {}}).value().read_mseq == 5);
    CHECK(on.sink->all().size() == 2);
}

TEST_CASE("a read that still waits to be stored does not clear a later mark", "[receipts]") {
    ManualEngine on;
    const auto id = on.direct(alice, bob);
    const auto first = on.sent(alice, id, "1").id;
    const auto second = on.sent(alice, id, "2").id;
    REQUIRE(on.read(bob, {id, first}).result());
    const auto waiting = on.read(bob, {id, second});
    REQUIRE(waiting.count() == 0);
    const auto marked = mark(on, bob, second);
    CHECK(waiting.value().read_mseq == 2);
    CHECK(marked.result());
    CHECK(on.unread(bob, id) == 1);
    on.executor->advance(std::chrono::seconds(1));
    CHECK(on.unread(bob, id) == 1);
}

TEST_CASE("only a message of another that one may see is marked", "[receipts]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob, carol});
    const auto message = on.sent(alice, id, "x").id;
    const auto elsewhere = on.direct(alice, bob);
    CHECK(mark(on, alice, message).error().code == Errc::forbidden);
    CHECK(mark(on, dave, message).error().code == Errc::message_not_found);
    CHECK(mark(on, bob, message, elsewhere).error().code == Errc::message_not_found);
    CHECK(mark(on, bob, MessageId{numbered(404)}).error().code == Errc::message_not_found);
    CHECK(mark(on, bob, message, id).result());
    REQUIRE(on.remove_member(alice, id, carol).result());
    CHECK(mark(on, carol, message).error().code == Errc::message_not_found);
    REQUIRE(on.remove(alice, {.message = message, .for_everyone = true}).result());
    CHECK(mark(on, bob, message).error().code == Errc::message_not_found);
}

TEST_CASE("an author who has left is not told of a mark", "[receipts]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob, carol});
    const auto message = on.sent(carol, id, "x").id;
    REQUIRE(on.remove_member(alice, id, carol).result());
    on.sink->clear();
    REQUIRE(mark(on, bob, message).result());
    REQUIRE(on.sink->all().size() == 1);
    CHECK(on.sink->all()[0].user == bob);
}
