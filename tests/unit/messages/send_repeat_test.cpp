#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

SendMessage with_op(ConversationId id, std::uint64_t op, std::string content = "hi") {
    SendMessage command;
    command.conversation = id;
    command.content = std::move(content);
    command.op_id = OpId{numbered(op)};
    return command;
}

SendMessage with_random(ConversationId id, std::int64_t random, std::string content = "hi") {
    SendMessage command;
    command.conversation = id;
    command.content = std::move(content);
    command.client_random = random;
    return command;
}

constexpr auto year = std::chrono::hours(24 * 365);

}  // namespace

TEST_CASE("a repeat gives the stored message and tells nobody", "[messages]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto first = on.send(alice, with_op(id, 1)).value();
    on.sink->clear();
    const int commits = on.script->commits;
    const auto again = on.send(alice, with_op(id, 1)).value();
    CHECK(again.repeat);
    CHECK(again.message->id == first.message->id);
    CHECK(again.message->mseq == 1);
    CHECK(again.message->sent_at == first.message->sent_at);
    CHECK(on.sink->all().empty());
    CHECK(on.script->commits == commits);
    CHECK(on.sent(bob, id, "next").mseq == 2);
}

TEST_CASE("an operation is recognised for ever, whatever it says now", "[messages]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto first = on.send(alice, with_op(id, 1)).value().message->id;
    on.clock->advance(3 * year);
    const auto again = on.send(alice, with_op(id, 1, "something else")).value();
    CHECK(again.repeat);
    CHECK(again.message->id == first);
    CHECK(again.message->content == "hi");
}

TEST_CASE("an operation is recognised after its message was edited and deleted", "[messages]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto first = on.send(alice, with_op(id, 1)).value().message->id;
    REQUIRE(on.edit(alice, first, "edited").result());
    CHECK(on.send(alice, with_op(id, 1)).value().message->content == "edited");
    DeleteMessage bury;
    bury.message = first;
    bury.for_everyone = true;
    REQUIRE(on.remove(alice, bury).result());
    const auto again = on.send(alice, with_op(id, 1)).value();
    CHECK(again.repeat);
    CHECK(again.message->deleted);
    CHECK(again.message->content.empty());
}

TEST_CASE("an operation belongs to its sender and its conversation", "[messages]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto other = on.direct(alice, carol);
    REQUIRE(on.send(alice, with_op(id, 1)).result());
    CHECK_FALSE(on.send(bob, with_op(id, 1)).value().repeat);
    CHECK_FALSE(on.send(alice, with_op(other, 1)).value().repeat);
    CHECK_FALSE(on.send(alice, with_op(id, 2)).value().repeat);
}

TEST_CASE("the same token with the same content is a repeat for ever", "[messages]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto first = on.send(alice, with_random(id, 7)).value().message->id;
    on.clock->advance(year);
    const auto again = on.send(alice, with_random(id, 7)).value();
    CHECK(again.repeat);
    CHECK(again.message->id == first);
}

TEST_CASE("the same token with other content is a repeat for a day", "[messages]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto first = on.send(alice, with_random(id, 7, "plain")).value().message->id;
    on.clock->advance(std::chrono::hours(24) - std::chrono::microseconds(1));
    const auto within = on.send(alice, with_random(id, 7, "encrypted")).value();
    CHECK(within.repeat);
    CHECK(within.message->id == first);
    CHECK(within.message->content == "plain");
    on.clock->advance(std::chrono::microseconds(1));
    const auto after = on.send(alice, with_random(id, 7, "encrypted")).value();
    CHECK_FALSE(after.repeat);
    CHECK(after.message->mseq == 2);
    // From then on the newest message with the token decides.
    CHECK(on.send(alice, with_random(id, 7, "encrypted")).value().message->id == after.message->id);
}

TEST_CASE("a token belongs to its sender and its conversation", "[messages]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto other = on.direct(alice, carol);
    REQUIRE(on.send(alice, with_random(id, 7)).result());
    CHECK_FALSE(on.send(bob, with_random(id, 7)).value().repeat);
    CHECK_FALSE(on.send(alice, with_random(other, 7)).value().repeat);
    CHECK_FALSE(on.send(alice, with_random(id, -7)).value().repeat);
}

TEST_CASE("the same content without a token is a new message", "[messages]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    CHECK(on.sent(alice, id, "ok").mseq == 1);
    CHECK(on.sent(alice, id, "ok").mseq == 2);
}

TEST_CASE("repeats within one batch are recognised", "[messages]") {
    ManualEngine on;
    const auto id = on.direct(alice, bob);
    on.executor->hold();
    const auto a = on.send(alice, with_op(id, 1));
    const auto b = on.send(alice, with_op(id, 1));
    const auto c = on.send(alice, with_random(id, 7));
    const auto d = on.send(alice, with_random(id, 7));
    on.executor->release();
    CHECK_FALSE(a.value().repeat);
    CHECK(b.value().repeat);
    CHECK(b.value().message->id == a.value().message->id);
    CHECK_FALSE(c.value().repeat);
    CHECK(d.value().repeat);
    CHECK(d.value().message->mseq == 2);
}

TEST_CASE("a batch that repeats an old operation still knows the newest message of its token",
          "[messages]") {
    ManualEngine on;
    const auto id = on.direct(alice, bob);
    SendMessage old = with_op(id, 1, "old");
    old.client_random = 7;
    REQUIRE(on.send(alice, old).result());
    on.clock->advance(std::chrono::hours(30));
    const auto newest = on.send(alice, with_random(id, 7, "new")).value().message->id;
    on.clock->advance(std::chrono::hours(30));
    on.executor->hold();
    const auto repeat_new = on.send(alice, with_random(id, 7, "new"));
    const auto repeat_old = on.send(alice, with_op(id, 1, "old"));
    on.executor->release();
    CHECK(repeat_new.value().repeat);
    CHECK(repeat_new.value().message->id == newest);
    CHECK(repeat_old.value().repeat);
    CHECK(repeat_old.value().message->mseq == 1);
}

TEST_CASE("who has left gets no answer to a repeat", "[messages]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    REQUIRE(on.send(alice, with_op(id, 1)).result());
    REQUIRE(on.remove_member(alice, id, alice).result());
    CHECK(on.send(alice, with_op(id, 1)).error().code == Errc::not_a_member);
}
