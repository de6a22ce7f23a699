#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

Answer<Pin> pin(EngineFixture& on, UserId caller, MessageId message) {
    Answer<Pin> answer;
    on.engine->pins().add(Caller{caller, {}}, message, answer.completion());
    return answer;
}

Answer<Done> unpin(EngineFixture& on, UserId caller, MessageId message) {
    Answer<Done> answer;
    on.engine->pins().remove(Caller{caller, {}}, message, answer.completion());
    return answer;
}

Answer<std::vector<PinnedMessage>> pins(EngineFixture& on, UserId caller, ConversationId id) {
    Answer<std::vector<PinnedMessage>> answer;
    on.engine->pins().list(Caller{caller, {}}, id, answer.completion());
    return answer;
}

std::vector<std::string> pinned(EngineFixture& on, UserId caller, ConversationId id) {
    std::vector<std::string> contents;
    for (const auto& one : pins(on, caller, id).value())
        contents.push_back(one.message.content);
    return contents;
}

}  // namespace

TEST_CASE("a pin is a change of its message", "[pins]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto message = on.sent(alice, id, "x");
    on.clock->advance(std::chrono::seconds(1));
    on.sink->clear();
    const Pin added = pin(on, bob, message.id).value();
    CHECK(added.message == message.id);
    CHECK(added.conversation == id);
    CHECK(added.pinned_by == bob);
    CHECK(added.pinned_at == on.clock->now());
    auto told = on.sink->all();
    REQUIRE(told.size() == 1);
    CHECK(told[0].eseq == 3);
    CHECK(told[0].actor == bob);
    CHECK(std::get<MessagePinned>(told[0].what).pin.id == added.id);
    auto shown = on.show(alice, message.id).value();
    CHECK(shown.eseq == 3);
    CHECK(shown.updated_at == on.clock->now());

    on.sink->clear();
    REQUIRE(unpin(on, alice, message.id).result());
    told = on.sink->all();
    REQUIRE(told.size() == 1);
    CHECK(told[0].eseq == 4);
    CHECK(std::get<MessageUnpinned>(told[0].what).message == message.id);
    CHECK(std::get<MessageUnpinned>(told[0].what).user == alice);
    CHECK(on.show(alice, message.id).value().eseq == 4);
}

TEST_CASE("pins are listed newest first with their messages", "[pins]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob, carol});
    CHECK(pinned(on, alice, id).empty());
    const auto first = on.sent(alice, id, "first").id;
    const auto second = on.sent(bob, id, "second").id;
    const auto third = on.sent(bob, id, "third").id;
    REQUIRE(pin(on, bob, second).result());
    on.clock->advance(std::chrono::seconds(1));
    REQUIRE(pin(on, alice, third).result());
    on.clock->advance(std::chrono::seconds(1));
    REQUIRE(pin(on, carol, first).result());
    const auto found = pins(on, bob, id).value();
    REQUIRE(found.size() == 3);
    CHECK(found[0].message.id == first);
    CHECK(found[0].message.sender == alice);
    CHECK(found[0].pin.pinned_by == carol);
    CHECK(found[0].pin.message == first);
    CHECK(pinned(on, alice, id) == std::vector<std::string>{"first", "third", "second"});
}

TEST_CASE("a message is pinned once", "[pins]") {
    InlineEngine on;
    const auto message = on.sent(alice, on.direct(alice, bob), "x").id;
    REQUIRE(pin(on, bob, message).result());
    on.sink->clear();
    const auto error = pin(on, alice, message).error();
    CHECK(error.code == Errc::already_exists);
    CHECK(error.fields == std::vector<FieldError>{{"message_id", "has already been taken"}});
    CHECK(on.sink->all().empty());
    REQUIRE(unpin(on, bob, message).result());
    CHECK(unpin(on, bob, message).error().code == Errc::not_found);
    CHECK(pin(on, alice, message).result());
}

TEST_CASE("a conversation has at most ten pins, others do not count", "[pins]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto elsewhere = on.sent(alice, on.direct(alice, carol), "elsewhere").id;
    REQUIRE(pin(on, alice, elsewhere).result());
    MessageId last;
    for (int i = 0; i < 10; ++i) {
        last = on.sent(alice, id, std::to_string(i)).id;
        REQUIRE(pin(on, bob, last).result());
    }
    const auto more = on.sent(alice, id, "one more").id;
    const auto error = pin(on, bob, more).error();
    CHECK(error.code == Errc::limit_reached);
    CHECK(error.text == "a conversation has at most 10 pinned messages");
    // One that is there already is a duplicate first.
    CHECK(pin(on, bob, last).error().code == Errc::already_exists);
    REQUIRE(unpin(on, bob, last).result());
    CHECK(pin(on, bob, more).result());
}

TEST_CASE("the number of pins is an option", "[pins]") {
    InlineEngine on(Limits{.pins_per_conversation = 1});
    const auto id = on.direct(alice, bob);
    REQUIRE(pin(on, bob, on.sent(alice, id, "a").id).result());
    CHECK(pin(on, bob, on.sent(alice, id, "b").id).error().code == Errc::limit_reached);
}

TEST_CASE("pins of one batch come out as their last word", "[pins]") {
    ManualEngine on;
    const auto id = on.direct(alice, bob);
    const auto comes_back = on.sent(alice, id, "comes back").id;
    const auto stays_gone = on.sent(alice, id, "stays gone").id;
    const auto never_was = on.sent(alice, id, "never was").id;
    REQUIRE(pin(on, alice, comes_back).result());
    REQUIRE(pin(on, alice, stays_gone).result());
    on.executor->hold();
    const auto a = pin(on, bob, never_was);
    const auto b = unpin(on, bob, never_was);
    const auto c = unpin(on, bob, stays_gone);
    const auto d = pin(on, bob, stays_gone);
    const auto e = unpin(on, bob, stays_gone);
    const auto f = unpin(on, bob, comes_back);
    const auto g = pin(on, bob, comes_back);
    const auto h = pin(on, alice, comes_back);
    const auto i = unpin(on, alice, never_was);
    on.script->commits = 0;
    on.executor->release();
    for (const auto* done : {&b, &c, &e, &f})
        CHECK(done->result());
    for (const auto* done : {&a, &d, &g})
        CHECK(done->result());
    CHECK(h.error().code == Errc::already_exists);
    CHECK(i.error().code == Errc::not_found);
    CHECK(on.script->commits == 1);
    CHECK(on.engine->stats().batch_reruns == 0);
    const auto left = pins(on, alice, id).value();
    REQUIRE(left.size() == 1);
    CHECK(left[0].pin.id == g.value().id);
    CHECK(left[0].message.id == comes_back);
}

TEST_CASE("a deletion for everyone takes its number, then the pin", "[pins]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto message = on.sent(alice, id, "x");
    REQUIRE(pin(on, bob, message.id).result());
    on.sink->clear();
    REQUIRE(on.remove(alice, {message.id, {}, true}).result());
    const auto told = on.sink->all();
    REQUIRE(told.size() == 2);
    CHECK(told[0].eseq == 4);
    CHECK(std::get<MessageDeleted>(told[0].what).message == message.id);
    CHECK(told[1].eseq == 5);
    CHECK(std::get<MessageUnpinned>(told[1].what).message == message.id);
    CHECK(std::get<MessageUnpinned>(told[1].what).user == alice);
    CHECK(on.show(alice, message.id).value().eseq == 5);
    CHECK(pinned(on, bob, id).empty());
    CHECK(unpin(on, bob, message.id).error().code == Errc::not_found);
    CHECK(pin(on, bob, message.id).error().code == Errc::message_not_found);
}

TEST_CASE("a deletion in the batch of its pin leaves no pin", "[pins]") {
    ManualEngine on;
    const auto id = on.direct(alice, bob);
    const auto message = on.sent(alice, id, "x").id;
    on.executor->hold();
    const auto a = pin(on, bob, message);
    const auto b = on.remove(alice, {message, {}, true});
    const auto c = pin(on, bob, message);
    on.executor->release();
    CHECK(a.result());
    CHECK(b.result());
    CHECK(c.error().code == Errc::message_not_found);
    CHECK(pinned(on, alice, id).empty());
    // Nor one that counts.
    CHECK(unpin(on, bob, message).error().code == Errc::not_found);
}

TEST_CASE("a message that is deleted without a pin takes one number", "[pins]") {
    InlineEngine on;
    const auto message = on.sent(alice, on.direct(alice, bob), "x").id;
    on.sink->clear();
    REQUIRE(on.remove(alice, {message, {}, true}).result());
    CHECK(on.sink->all().size() == 1);
}

TEST_CASE("what one may not see is not among the pins", "[pins]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto hidden = on.sent(alice, id, "hidden for bob").id;
    SendMessage command;
    command.conversation = id;
    command.content = "expiring";
    command.ttl = std::chrono::seconds(5);
    const auto expiring = on.send(alice, command).value().message->id;
    REQUIRE(pin(on, alice, hidden).result());
    REQUIRE(pin(on, alice, expiring).result());
    REQUIRE(on.remove(bob, {hidden, {}, false}).result());
    CHECK(pinned(on, bob, id) == std::vector<std::string>{"expiring"});
    CHECK(pinned(on, alice, id).size() == 2);
    on.clock->advance(std::chrono::seconds(5));
    CHECK(pinned(on, alice, id) == std::vector<std::string>{"hidden for bob"});
    CHECK(pin(on, alice, expiring).error().code == Errc::message_not_found);
}

TEST_CASE("a system message is not pinned", "[pins]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    REQUIRE(on.add_member(alice, id, carol).result());
    const auto message = on.page(alice, {.conversation = id}).value().messages.front();
    REQUIRE(message.type == MessageType::system);
    CHECK(pin(on, alice, message.id).error().fields ==
          std::vector<FieldError>{{"message_id", "is a system message"}});
}

TEST_CASE("pins are for members", "[pins]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob, carol});
    const auto message = on.sent(alice, id, "x").id;
    REQUIRE(pin(on, alice, message).result());
    REQUIRE(on.remove_member(alice, id, carol).result());
    for (const UserId stranger : {carol, dave}) {
        CHECK(pin(on, stranger, message).error().code == Errc::message_not_found);
        CHECK(unpin(on, stranger, message).error().code == Errc::message_not_found);
        CHECK(pins(on, stranger, id).error().code == Errc::not_a_member);
    }
    CHECK(pin(on, bob, MessageId{numbered(404)}).error().code == Errc::message_not_found);
    CHECK(unpin(on, bob, MessageId{numbered(404)}).error().code == Errc::message_not_found);
    CHECK(pins(on, bob, ConversationId{numbered(404)}).error().code ==
          Errc::conversation_not_found);
    CHECK(pinned(on, bob, id).size() == 1);
}

TEST_CASE("a pin by a member who is removed in the same batch before is refused", "[pins]") {
    ManualEngine on;
    const auto id = on.group(alice, {bob, carol});
    const auto message = on.sent(alice, id, "x").id;
    on.executor->hold();
    const auto removed = on.remove_member(alice, id, carol);
    const auto late = pin(on, carol, message);
    on.executor->release();
    CHECK(removed.result());
    CHECK(late.error().code == Errc::message_not_found);
}

TEST_CASE("a change in the moment of a burst's message is later than the message", "[pins]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    REQUIRE(on.send(alice, id, "one").result());
    // The clock stands still: sent_at runs ahead of it.
    const auto second = on.sent(alice, id, "two");
    REQUIRE(second.sent_at > on.clock->now());
    REQUIRE(pin(on, bob, second.id).result());
    const auto shown = on.show(bob, second.id).value();
    CHECK(shown.updated_at > shown.sent_at);
}
