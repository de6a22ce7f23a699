#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

Answer<Member> give(EngineFixture& on, UserId caller, ConversationId id, UserId user, Role role) {
    Answer<Member> answer;
    on.engine->conversations().set_role({caller, {}}, id, user, role, answer.completion());
    return answer;
}

Role role_of(EngineFixture& on, ConversationId id, UserId user) {
    return on.show(user, id).value().role;
}

}  // namespace

TEST_CASE("an admin gives a role, which is told with the next number", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob, carol});
    on.sink->clear();
    const auto given = give(on, alice, id, bob, Role::moderator).value();
    CHECK(given.user == bob);
    CHECK(given.role == Role::moderator);
    CHECK(role_of(on, id, bob) == Role::moderator);
    CHECK(role_of(on, id, carol) == Role::member);
    REQUIRE(on.sink->all().size() == 1);
    const auto told = on.sink->of<MemberRoleChanged>().at(0);
    CHECK(told.eseq == 2);
    CHECK(told.actor == alice);
    CHECK(std::get<MemberRoleChanged>(told.what).member.user == bob);
    CHECK(std::get<MemberRoleChanged>(told.what).member.role == Role::moderator);
    CHECK(on.show(alice, id).value().members.size() == 3);
}

TEST_CASE("a group is handed over by promoting first and stepping down then", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    REQUIRE(give(on, alice, id, bob, Role::admin).result());
    CHECK(give(on, alice, id, alice, Role::member).value().role == Role::member);
    CHECK(role_of(on, id, bob) == Role::admin);
    CHECK(role_of(on, id, alice) == Role::member);
    CHECK(give(on, alice, id, alice, Role::admin).error().code == Errc::forbidden);
    CHECK(give(on, bob, id, alice, Role::admin).value().role == Role::admin);
}

TEST_CASE("the last admin may not step down", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob, carol});
    REQUIRE(give(on, alice, id, bob, Role::admin).result());
    REQUIRE(on.remove_member(alice, id, bob).result());
    on.sink->clear();
    // Who has left is no admin that remains.
    CHECK(give(on, alice, id, alice, Role::moderator).error().code == Errc::limit_reached);
    CHECK(role_of(on, id, alice) == Role::admin);
    CHECK(on.sink->all().empty());
}

TEST_CASE("the role that is there already is success without a change", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    on.sink->clear();
    CHECK(give(on, alice, id, alice, Role::admin).value().role == Role::admin);
    CHECK(give(on, alice, id, bob, Role::member).value().role == Role::member);
    CHECK(on.sink->all().empty());
    CHECK(on.show(alice, id).value().eseq == 1);
}

TEST_CASE("only a group's admins give roles, and nobody gives ownership", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob, carol});
    REQUIRE(give(on, alice, id, bob, Role::moderator).result());
    CHECK(give(on, bob, id, carol, Role::moderator).error().code == Errc::forbidden);
    CHECK(give(on, carol, id, carol, Role::admin).error().code == Errc::forbidden);
    CHECK(give(on, dave, id, dave, Role::admin).error().code == Errc::not_a_member);
    CHECK(give(on, alice, id, dave, Role::admin).error().code == Errc::member_not_found);
    REQUIRE(on.remove_member(alice, id, carol).result());
    CHECK(give(on, alice, id, carol, Role::admin).error().code == Errc::member_not_found);
    const auto owner = give(on, alice, id, bob, Role::owner).error();
    CHECK(owner.code == Errc::invalid);
    CHECK(owner.fields.at(0).field == "role");
    const auto direct = on.direct(alice, bob);
    CHECK(give(on, alice, direct, bob, Role::admin).error().code == Errc::forbidden);
    CHECK(give(on, alice, ConversationId{numbered(404)}, bob, Role::admin).error().code ==
          Errc::conversation_not_found);
}

TEST_CASE("two admins who step down at once leave one", "[conversations]") {
    ManualEngine on;
    const auto id = on.group(alice, {bob});
    REQUIRE(give(on, alice, id, bob, Role::admin).result());
    on.executor->hold();
    const auto first = give(on, alice, id, alice, Role::member);
    const auto second = give(on, bob, id, bob, Role::member);
    on.executor->release();
    CHECK(first.result());
    CHECK(second.error().code == Errc::limit_reached);
    CHECK(role_of(on, id, bob) == Role::admin);
}

TEST_CASE("who is added again is a plain member", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    REQUIRE(give(on, alice, id, bob, Role::admin).result());
    REQUIRE(on.remove_member(alice, id, bob).result());
    on.clock->advance(std::chrono::minutes(1));
    const auto again = on.add_member(alice, id, bob).value();
    CHECK(again.role == Role::member);
    CHECK(again.joined_at == on.clock->now());
    CHECK(role_of(on, id, bob) == Role::member);
}
