#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

TEST_CASE("an admin adds a member, who sees all history", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    on.sent(alice, id, "before");
    on.clock->advance(std::chrono::minutes(5));
    on.sink->clear();
    const auto added = on.add_member(alice, id, carol).value();
    CHECK(added.user == carol);
    CHECK(added.role == Role::member);
    CHECK(added.active);
    CHECK(added.joined_at == on.clock->now());
    CHECK(on.contents(carol, id) == std::vector<std::string>{"User joined conversation", "before"});
    CHECK(on.show(carol, id).value().member_count == 3);
}

TEST_CASE("a new member is told first, then the system message about it", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    on.sink->clear();
    REQUIRE(on.add_member(alice, id, carol).result());
    const auto told = on.sink->all();
    REQUIRE(told.size() == 2);
    const auto& added = std::get<MemberAdded>(told[0].what);
    CHECK(added.member.user == carol);
    CHECK(added.conversation->members.size() == 3);
    CHECK(told[0].eseq == 2);
    CHECK(told[0].actor == alice);
    CHECK(told[0].audience->contains(carol));

    const auto& message = *std::get<MessageCreated>(told[1].what).message;
    CHECK(told[1].eseq == 3);
    CHECK(message.eseq == 3);
    CHECK(message.mseq == 1);
    CHECK(message.type == MessageType::system);
    CHECK(message.sender == system_user);
    CHECK(message.metadata ==
          R"({"action":"member_joined","user_id":")" + carol.to_string() + "\"}");
}

TEST_CASE("only admins add members", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    CHECK(on.add_member(bob, id, carol).error().code == Errc::forbidden);
    CHECK(on.add_member(carol, id, carol).error().code == Errc::not_a_member);
    CHECK(on.add_member(alice, ConversationId{numbered(404)}, carol).error().code ==
          Errc::conversation_not_found);
}

TEST_CASE("nobody is added to a group that was closed", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    REQUIRE(on.remove(alice, id, true).result());
    CHECK(on.add_member(alice, id, carol).error().code == Errc::forbidden);
    CHECK(on.show(alice, id).value().member_count == 2);
}

TEST_CASE("an admin who has left adds nobody", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    REQUIRE(on.remove_member(alice, id, alice).result());
    CHECK(on.add_member(alice, id, carol).error().code == Errc::not_a_member);
}

TEST_CASE("who is a member already cannot be added", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    const auto error = on.add_member(alice, id, bob).error();
    CHECK(error.code == Errc::already_exists);
    CHECK(error.fields == std::vector<FieldError>{{"conversation_id", "has already been taken"}});
    CHECK(on.show(alice, id).value().eseq == 1);
}

TEST_CASE("a direct conversation keeps its two", "[conversations]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    CHECK(on.add_member(alice, id, carol).error().code == Errc::invalid);
    CHECK(on.add_member(alice, id, bob).error().code == Errc::already_exists);
    CHECK(on.show(alice, id).value().member_count == 2);
}

TEST_CASE("a group that is full takes nobody more", "[conversations]") {
    Limits limits;
    limits.group_members = 3;
    InlineEngine on(limits);
    const auto id = on.group(alice, {bob, carol});
    const auto error = on.add_member(alice, id, dave).error();
    CHECK(error.code == Errc::limit_reached);
    CHECK(error.text == "a group has at most 3 members");
    REQUIRE(on.remove_member(alice, id, carol).result());
    CHECK(on.add_member(alice, id, dave).result());
}

TEST_CASE("an earlier member is added again as a plain one and sees everything",
          "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    on.sent(alice, id, "one");
    REQUIRE(on.remove_member(alice, id, bob).result());
    on.sent(alice, id, "two");
    CHECK(on.page(bob, {id}).error().code == Errc::not_a_member);
    on.clock->advance(std::chrono::hours(1));
    const auto again = on.add_member(alice, id, bob).value();
    CHECK(again.joined_at == on.clock->now());
    CHECK(again.role == Role::member);
    CHECK(on.contents(bob, id) == std::vector<std::string>{"User joined conversation", "two",
                                                           "User left conversation", "one"});
    CHECK(on.show(bob, id).value().member_count == 2);
}

TEST_CASE("a new member can act in the very batch that added it", "[conversations]") {
    ManualEngine on;
    const auto id = on.group(alice, {bob});
    on.executor->hold();
    const auto added = on.add_member(alice, id, carol);
    const auto sent = on.send(carol, id, "hello");
    const auto read = on.read(carol, {id, {}});
    const auto hidden = on.remove(carol, id);
    UpdateSettings mute;
    mute.conversation = id;
    mute.muted = true;
    const auto muted = on.update_settings(carol, mute);
    on.executor->release();
    CHECK(added.result());
    CHECK(sent.value().message->mseq == 2);
    CHECK(read.value().read_mseq == 2);
    CHECK(hidden.result());
    CHECK(muted.value().muted);
    CHECK(on.show(carol, id).value().read_mseq == 2);
    CHECK(on.show(carol, id).value().settings.muted);
    CHECK(on.list(carol).value().conversations.empty());
}
