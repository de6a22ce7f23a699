#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

TEST_CASE("an admin removes a member, who sees nothing from that instant", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob, carol});
    const auto message = on.sent(alice, id, "secret").id;
    const auto removal = on.remove_member(alice, id, bob).value();
    CHECK(removal.user == bob);
    CHECK_FALSE(removal.deactivated);

    CHECK(on.show(bob, id).error().code == Errc::not_a_member);
    CHECK(on.page(bob, {id}).error().code == Errc::not_a_member);
    CHECK(on.show(bob, message).error().code == Errc::message_not_found);
    CHECK(on.send(bob, id, "hi").error().code == Errc::not_a_member);
    CHECK(on.react(bob, message, "x").error().code == Errc::message_not_found);
    CHECK(on.read(bob, {id, {}}).error().code == Errc::not_a_member);
    CHECK(on.list(bob).value().conversations.empty());
    CHECK(on.show(carol, id).value().member_count == 2);
}

TEST_CASE("a removal is told to those who stay, then the system message about it",
          "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob, carol});
    on.sink->clear();
    REQUIRE(on.remove_member(alice, id, bob).result());
    const auto told = on.sink->all();
    REQUIRE(told.size() == 2);
    CHECK(std::get<MemberRemoved>(told[0].what).user == bob);
    CHECK(told[0].eseq == 2);
    CHECK(told[0].audience->users == std::vector<UserId>{alice, carol});
    const auto& message = *std::get<MessageCreated>(told[1].what).message;
    CHECK(message.eseq == 3);
    CHECK(message.content == "User left conversation");
    CHECK(message.metadata == R"({"action":"member_left","user_id":")" + bob.to_string() + "\"}");
    CHECK(told[1].audience->users == std::vector<UserId>{alice, carol});
}

TEST_CASE("anyone may leave", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob, carol});
    CHECK(on.remove_member(bob, id, bob).result());
    CHECK(on.show(alice, id).value().member_count == 2);
}

TEST_CASE("removing somebody who has left already succeeds and changes nothing",
          "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob, carol});
    REQUIRE(on.remove_member(bob, id, bob).result());
    on.sink->clear();
    CHECK(on.remove_member(alice, id, bob).result());
    CHECK(on.remove_member(bob, id, bob).result());
    CHECK(on.sink->all().empty());
}

TEST_CASE("who may remove is looked at after what is there", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob, carol});
    CHECK(on.remove_member(bob, ConversationId{numbered(404)}, erin).error().code ==
          Errc::conversation_not_found);
    CHECK(on.remove_member(bob, id, erin).error().code == Errc::member_not_found);
    CHECK(on.remove_member(bob, id, carol).error().code == Errc::forbidden);
    // A stranger does not learn who is a member.
    CHECK(on.remove_member(dave, id, carol).error().code == Errc::not_a_member);
    CHECK(on.remove_member(dave, id, erin).error().code == Errc::not_a_member);
    CHECK(on.remove_member(dave, id, dave).error().code == Errc::member_not_found);
}

TEST_CASE("one does not remove the other of a direct conversation", "[conversations]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    CHECK(on.remove_member(alice, id, bob).error().code == Errc::forbidden);
    on.sink->clear();
    CHECK(on.remove_member(alice, id, alice).result());
    // No system message: a direct conversation shows who is there by itself.
    CHECK(on.sink->all().size() == 1);
}

TEST_CASE("when the last admin goes, the longest-standing member is promoted", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {carol});
    on.clock->advance(std::chrono::minutes(1));
    REQUIRE(on.add_member(alice, id, bob).result());
    on.sink->clear();
    REQUIRE(on.remove_member(alice, id, alice).result());

    const auto told = on.sink->all();
    REQUIRE(told.size() == 3);
    CHECK(std::get<MemberRemoved>(told[0].what).user == alice);
    const auto& promoted = std::get<MemberRoleChanged>(told[1].what).member;
    CHECK(promoted.user == carol);
    CHECK(promoted.role == Role::admin);
    CHECK(told[1].actor == system_user);
    CHECK(std::holds_alternative<MessageCreated>(told[2].what));
    CHECK(told[1].eseq == told[0].eseq + 1);
    CHECK(told[2].eseq == told[0].eseq + 2);
    CHECK(on.show(carol, id).value().role == Role::admin);
    CHECK(on.add_member(carol, id, dave).result());
}

TEST_CASE("nobody is promoted while an admin stays, and nobody when nobody stays",
          "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    on.sink->clear();
    REQUIRE(on.remove_member(bob, id, bob).result());
    CHECK(on.sink->of<MemberRoleChanged>().empty());
    REQUIRE(on.remove_member(alice, id, alice).result());
    CHECK(on.sink->of<MemberRoleChanged>().empty());
    // Nobody is left to read a system message.
    CHECK(on.sink->of<MessageCreated>().size() == 1);
}

TEST_CASE("a user removed and added in one batch is told as both", "[conversations]") {
    ManualEngine on;
    const auto id = on.group(alice, {bob, carol});
    on.sink->clear();
    on.executor->hold();
    const auto removed = on.remove_member(alice, id, bob);
    const auto refused = on.send(bob, id, "am I in?");
    const auto added = on.add_member(alice, id, bob);
    const auto sent = on.send(bob, id, "now I am");
    on.executor->release();
    CHECK(removed.result());
    CHECK(refused.error().code == Errc::not_a_member);
    CHECK(added.result());
    CHECK(sent.value().message->mseq == 3);
    CHECK(on.sink->batches().size() == 1);
    CHECK(on.show(bob, id).value().member_count == 3);
}
