#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

constexpr auto thumb = "\U0001f44d";
constexpr auto heart = "\u2764\ufe0f";

std::vector<std::string> texts(const std::vector<Reaction>& reactions) {
    std::vector<std::string> found;
    for (const auto& reaction : reactions)
        found.push_back(reaction.reaction);
    return found;
}

}  // namespace

TEST_CASE("a reaction is a change of its message", "[reactions]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto message = on.sent(alice, id, "x");
    on.clock->advance(std::chrono::seconds(1));
    on.sink->clear();
    const auto added = on.react(bob, message.id, thumb).value();
    CHECK(added.user == bob);
    CHECK(added.reaction == thumb);
    CHECK(added.created_at == on.clock->now());
    const auto told = on.sink->all();
    REQUIRE(told.size() == 1);
    CHECK(told[0].eseq == 3);
    CHECK(told[0].actor == bob);
    CHECK(std::get<ReactionAdded>(told[0].what).message == message.id);
    CHECK(std::get<ReactionAdded>(told[0].what).reaction.id == added.id);
    const auto shown = on.show(alice, message.id).value();
    CHECK(shown.eseq == 3);
    CHECK(shown.updated_at == on.clock->now());
    REQUIRE(shown.reactions.size() == 1);
    CHECK(shown.reactions[0].id == added.id);
}

TEST_CASE("reactions are listed oldest first", "[reactions]") {
    InlineEngine on;
    const auto message = on.sent(alice, on.group(alice, {bob, carol}), "x").id;
    REQUIRE(on.react(carol, message, thumb).result());
    REQUIRE(on.react(bob, message, heart).result());
    on.clock->advance(std::chrono::seconds(1));
    REQUIRE(on.react(bob, message, thumb).result());
    CHECK(texts(on.reactions(alice, message).value()) ==
          std::vector<std::string>{thumb, heart, thumb});
}

TEST_CASE("a user puts one and the same reaction on a message once", "[reactions]") {
    InlineEngine on;
    const auto message = on.sent(alice, on.direct(alice, bob), "x").id;
    REQUIRE(on.react(bob, message, thumb).result());
    const auto error = on.react(bob, message, thumb).error();
    CHECK(error.code == Errc::already_exists);
    CHECK(error.fields == std::vector<FieldError>{{"message_id", "has already been taken"}});
    CHECK(on.react(alice, message, thumb).result());
    CHECK(on.react(bob, message, heart).result());
}

TEST_CASE("a reaction is taken away by who put it", "[reactions]") {
    InlineEngine on;
    const auto message = on.sent(alice, on.direct(alice, bob), "x").id;
    REQUIRE(on.react(bob, message, thumb).result());
    CHECK(on.unreact(alice, message, thumb).error().code == Errc::reaction_not_found);
    CHECK(on.unreact(bob, message, heart).error().code == Errc::reaction_not_found);
    on.sink->clear();
    REQUIRE(on.unreact(bob, message, thumb).result());
    const auto removed = on.sink->last<ReactionRemoved>();
    CHECK(removed.message == message);
    CHECK(removed.user == bob);
    CHECK(removed.reaction == thumb);
    CHECK(on.sink->all()[0].eseq == 4);
    CHECK(on.reactions(alice, message).value().empty());
    CHECK(on.unreact(bob, message, thumb).error().code == Errc::reaction_not_found);
}

TEST_CASE("reactions of one batch come out as their last word", "[reactions]") {
    ManualEngine on;
    const auto message = on.sent(alice, on.direct(alice, bob), "x").id;
    REQUIRE(on.react(bob, message, "stays gone").result());
    REQUIRE(on.react(bob, message, "comes back").result());
    on.executor->hold();
    const auto a = on.react(bob, message, "never was");
    const auto b = on.unreact(bob, message, "never was");
    const auto c = on.unreact(bob, message, "stays gone");
    const auto d = on.unreact(bob, message, "comes back");
    const auto e = on.react(bob, message, "comes back");
    const auto f = on.react(bob, message, "comes back");
    const auto g = on.unreact(bob, message, "stays gone");
    on.script->commits = 0;
    on.executor->release();
    CHECK(a.result());
    CHECK(b.result());
    CHECK(c.result());
    CHECK(d.result());
    CHECK(e.result());
    CHECK(f.error().code == Errc::already_exists);
    CHECK(g.error().code == Errc::reaction_not_found);
    CHECK(on.script->commits == 1);
    CHECK(on.engine->stats().batch_reruns == 0);
    const auto left = on.reactions(alice, message).value();
    REQUIRE(texts(left) == std::vector<std::string>{"comes back"});
    CHECK(left[0].id == e.value().id);
}

TEST_CASE("a user puts at most five reactions on a message", "[reactions]") {
    InlineEngine on;
    const auto message = on.sent(alice, on.direct(alice, bob), "x").id;
    for (const auto* reaction : {"a", "b", "c", "d", "e"}) {
        REQUIRE(on.react(bob, message, reaction).result());
    }
    CHECK(on.react(bob, message, "f").error().code == Errc::limit_reached);
    // One that is there already is a duplicate first.
    CHECK(on.react(bob, message, "e").error().code == Errc::already_exists);
    REQUIRE(on.unreact(bob, message, "a").result());
    CHECK(on.react(bob, message, "f").result());
}

TEST_CASE("a message takes at most fifty different reactions", "[reactions]") {
    InlineEngine on;
    std::vector<UserId> others;
    for (std::uint64_t i = 0; i < 20; ++i)
        others.push_back(member_number(i));
    const auto message = on.sent(alice, on.group(alice, others), "x").id;
    for (std::size_t i = 0; i < limits::reactions_per_message; ++i) {
        REQUIRE(on.react(others[i / 5], message, "r" + std::to_string(i)).result());
    }
    CHECK(on.react(alice, message, "one more").error().code == Errc::limit_reached);
    CHECK(on.react(alice, message, "r0").result());
}

TEST_CASE("reactions are for members", "[reactions]") {
    InlineEngine on;
    const auto message = on.sent(alice, on.direct(alice, bob), "x").id;
    CHECK(on.react(carol, message, thumb).error().code == Errc::message_not_found);
    CHECK(on.unreact(carol, message, thumb).error().code == Errc::message_not_found);
    CHECK(on.reactions(carol, message).error().code == Errc::message_not_found);
    CHECK(on.react(bob, MessageId{numbered(404)}, thumb).error().code == Errc::message_not_found);
    CHECK(on.react(bob, message, " ").error().fields[0] ==
          FieldError{"reaction", "can't be blank"});
}
