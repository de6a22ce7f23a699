#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

TEST_CASE("a removed conversation is hidden for the caller alone, until its next message",
          "[conversations]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    on.sent(bob, id, "one");
    on.sink->clear();

    const auto removal = on.remove(alice, id).value();
    CHECK(removal.conversation == id);
    CHECK(removal.user == alice);
    CHECK_FALSE(removal.deactivated);
    CHECK(on.list(alice).value().conversations.empty());
    CHECK(on.list(bob).value().conversations.size() == 1);
    CHECK(on.show(alice, id).value().active);

    const auto told = on.sink->all();
    REQUIRE(told.size() == 1);
    CHECK(std::holds_alternative<ConversationHidden>(told[0].what));
    CHECK(told[0].user == alice);
    CHECK(told[0].useq == 1);
    CHECK(told[0].eseq == 0);
    CHECK(told[0].audience == nullptr);

    on.sent(bob, id, "two");
    CHECK(on.list(alice).value().conversations.size() == 1);
    CHECK(on.contents(alice, id) == std::vector<std::string>{"two", "one"});
}

TEST_CASE("hiding twice is one change", "[conversations]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    REQUIRE(on.remove(alice, id).result());
    REQUIRE(on.remove(alice, id).result());
    CHECK(on.sink->of<ConversationHidden>().size() == 1);
    on.sent(bob, id, "again");
    REQUIRE(on.remove(alice, id).result());
    CHECK(on.sink->of<ConversationHidden>().size() == 2);
    CHECK(on.sink->of<ConversationHidden>().back().useq == 2);
}

TEST_CASE("a group's admin closes it for everyone", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    on.sent(bob, id, "last words");
    on.sink->clear();
    CHECK(on.remove(alice, id, true).value().deactivated);

    const auto told = on.sink->all();
    REQUIRE(told.size() == 1);
    CHECK(std::holds_alternative<ConversationDeactivated>(told[0].what));
    CHECK(told[0].eseq == 3);
    CHECK(on.list(bob).value().conversations.empty());
    CHECK_FALSE(on.show(bob, id).value().active);
    CHECK(on.contents(bob, id) == std::vector<std::string>{"last words"});
    CHECK(on.send(bob, id, "one more").error().code == Errc::forbidden);
}

TEST_CASE("closing a closed group succeeds and tells nobody", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    REQUIRE(on.remove(alice, id, true).result());
    on.sink->clear();
    CHECK(on.remove(alice, id, true).value().deactivated);
    CHECK(on.sink->all().empty());
}

TEST_CASE("only a group's admin closes it for everyone", "[conversations]") {
    InlineEngine on;
    const auto group = on.group(alice, {bob});
    CHECK(on.remove(bob, group, true).error().code == Errc::forbidden);
    const auto direct = on.direct(alice, bob);
    CHECK(on.remove(alice, direct, true).error().code == Errc::forbidden);
    CHECK(on.show(alice, direct).value().active);
}

TEST_CASE("only members remove a conversation", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    CHECK(on.remove(carol, id).error().code == Errc::not_a_member);
    CHECK(on.remove(carol, id, true).error().code == Errc::not_a_member);
    CHECK(on.remove(alice, ConversationId{numbered(404)}).error().code ==
          Errc::conversation_not_found);
}
