#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

TEST_CASE("a direct conversation has its two members, the creator first", "[conversations]") {
    InlineEngine on;
    const auto created = on.create_direct(bob, {alice, R"({"topic":"lunch"})"}).value();
    CHECK(created.type == ConversationType::direct);
    CHECK(created.active);
    CHECK(created.metadata == R"({"topic":"lunch"})");
    CHECK(created.created_at == on.clock->now());
    CHECK(created.mseq == 0);
    CHECK(created.eseq == 1);
    CHECK(created.member_count == 2);
    REQUIRE(created.members.size() == 2);
    CHECK(created.members[0].user == bob);
    CHECK(created.members[1].user == alice);
    CHECK(created.members[0].role == Role::member);
    CHECK(created.unread == 0);

    const auto told = on.sink->of<ConversationCreated>();
    REQUIRE(told.size() == 1);
    CHECK(told[0].eseq == 1);
    CHECK(told[0].actor == bob);
    CHECK(told[0].audience->users == std::vector<UserId>{alice, bob});
}

TEST_CASE("a pair of users has one direct conversation, whoever asks", "[conversations]") {
    InlineEngine on;
    const auto first = on.direct(alice, bob);
    on.sink->clear();
    CHECK(on.direct(bob, alice) == first);
    CHECK(on.direct(alice, bob) == first);
    CHECK(on.sink->all().empty());
    CHECK(on.show(alice, first).value().eseq == 1);
    CHECK_FALSE(on.direct(alice, carol) == first);
    CHECK(on.list(alice).value().conversations.size() == 2);
}

TEST_CASE("both of a pair that ask at once get the same conversation", "[conversations]") {
    ManualEngine on;
    on.executor->hold();
    const auto a = on.create_direct(alice, {bob, "{}"});
    const auto b = on.create_direct(bob, {alice, R"({"ignored":true})"});
    on.executor->release();
    CHECK(a.value().id == b.value().id);
    CHECK(b.value().metadata == "{}");
    CHECK(on.script->commits == 1);
    CHECK(on.sink->of<ConversationCreated>().size() == 1);
}

TEST_CASE("a direct conversation needs another user", "[conversations]") {
    InlineEngine on;
    CHECK(on.create_direct(alice, {alice, "{}"}).error().code == Errc::with_self);
    CHECK(on.script->begins == 0);
}

TEST_CASE("a direct conversation with metadata that is no object is refused", "[conversations]") {
    InlineEngine on;
    for (const auto* bad : {"[]", "1", "{", "null", R"({"a":1} x)"}) {
        const auto error = on.create_direct(alice, {bob, bad}).error();
        CHECK(error.code == Errc::invalid);
        CHECK(error.fields == std::vector<FieldError>{{"metadata", "is invalid"}});
    }
    CHECK(on.list(alice).value().conversations.empty());
}

TEST_CASE("creating a direct conversation again brings back both who had left", "[conversations]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    on.sent(alice, id, "bye");
    REQUIRE(on.remove_member(alice, id, alice).result());
    REQUIRE(on.remove_member(bob, id, bob).result());
    CHECK(on.show(bob, id).error().code == Errc::not_a_member);
    on.clock->advance(std::chrono::hours(1));
    on.sink->clear();

    const auto again = on.create_direct(bob, {alice, "{}"}).value();
    CHECK(again.id == id);
    CHECK(again.member_count == 2);
    CHECK(again.members[0].joined_at == on.clock->now());
    CHECK(on.contents(alice, id) == std::vector<std::string>{"bye"});
    const auto told = on.sink->of<MemberAdded>();
    REQUIRE(told.size() == 2);
    CHECK(told[0].eseq + 1 == told[1].eseq);
    CHECK(told[1].eseq == again.eseq);
}

TEST_CASE("a direct conversation that one has left stays readable for the other",
          "[conversations]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    on.sent(alice, id, "still here");
    REQUIRE(on.remove_member(alice, id, alice).result());
    CHECK(on.contents(bob, id) == std::vector<std::string>{"still here"});
    CHECK(on.show(bob, id).value().member_count == 1);
    CHECK(on.show(alice, id).error().code == Errc::not_a_member);
}

TEST_CASE("creating a direct conversation again shows it to the caller who had hidden it",
          "[conversations]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    REQUIRE(on.remove(alice, id).result());
    REQUIRE(on.remove(bob, id).result());
    CHECK(on.list(alice).value().conversations.empty());
    on.sink->clear();
    CHECK(on.direct(alice, bob) == id);
    REQUIRE(on.sink->all().size() == 1);
    CHECK(on.sink->of<SettingsChanged>().at(0).user == alice);
    CHECK(on.sink->of<SettingsChanged>().at(0).useq == 2);
    CHECK(on.list(alice).value().conversations.size() == 1);
    CHECK(on.list(bob).value().conversations.empty());
}
