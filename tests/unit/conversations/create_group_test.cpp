#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

CreateGroup group_of(std::vector<UserId> members, std::string name = "team") {
    CreateGroup command;
    command.name = std::move(name);
    command.members = std::move(members);
    return command;
}

}  // namespace

TEST_CASE("who creates a group is its admin", "[conversations]") {
    InlineEngine on;
    const auto created = on.create_group(carol, group_of({alice, bob})).value();
    CHECK(created.type == ConversationType::group);
    CHECK(created.metadata == R"({"name":"team"})");
    CHECK(created.role == Role::admin);
    CHECK(created.member_count == 3);
    CHECK(created.eseq == 1);
    REQUIRE(created.members.size() == 3);
    CHECK(created.members[0].user == carol);
    CHECK(created.members[0].role == Role::admin);
    CHECK(created.members[1].role == Role::member);
    CHECK(on.show(alice, created.id).value().role == Role::member);
    REQUIRE(on.sink->of<ConversationCreated>().size() == 1);
    CHECK(on.sink->all()[0].audience->users == std::vector<UserId>{alice, bob, carol});
}

TEST_CASE("a user named twice, or the creator named, is a member once", "[conversations]") {
    InlineEngine on;
    const auto created = on.create_group(alice, group_of({bob, alice, bob, carol, bob})).value();
    CHECK(created.member_count == 3);
}

TEST_CASE("a group needs somebody besides its creator", "[conversations]") {
    InlineEngine on;
    for (const auto& members : {std::vector<UserId>{}, std::vector<UserId>{alice, alice}}) {
        const auto error = on.create_group(alice, group_of(members)).error();
        CHECK(error.code == Errc::invalid);
        CHECK(error.fields ==
              std::vector<FieldError>{
                  {"members", "Group must have at least 2 members (including creator)"}});
    }
}

TEST_CASE("a group has a bound on its members", "[conversations]") {
    Limits limits;
    limits.group_members = 3;
    InlineEngine on(limits);
    CHECK(on.create_group(alice, group_of({bob, carol})).result());
    const auto error = on.create_group(alice, group_of({bob, carol, dave})).error();
    CHECK(error.code == Errc::limit_reached);
    CHECK(error.fields[0].field == "members");
}

TEST_CASE("creating a group again with the same operation gives the group", "[conversations]") {
    InlineEngine on;
    CreateGroup command = group_of({bob});
    command.op_id = OpId{numbered(77)};
    const auto first = on.create_group(alice, command).value();
    on.sink->clear();
    command.name = "another name";
    command.members = {carol};
    const auto repeat = on.create_group(alice, command).value();
    CHECK(repeat.id == first.id);
    CHECK(repeat.metadata == first.metadata);
    CHECK(repeat.members.size() == 2);
    CHECK(on.sink->all().empty());
    // The operation belongs to who chose it.
    CHECK(on.create_group(bob, command).value().id != first.id);
}

TEST_CASE("the same operation twice in one batch makes one group", "[conversations]") {
    ManualEngine on;
    on.executor->hold();
    CreateGroup command = group_of({bob});
    command.op_id = OpId{numbered(77)};
    const auto a = on.create_group(alice, command);
    const auto b = on.create_group(alice, command);
    on.executor->release();
    CHECK(a.value().id == b.value().id);
    CHECK(on.list(bob).value().conversations.size() == 1);
}

TEST_CASE("an external group id belongs to one group", "[conversations]") {
    InlineEngine on;
    CreateGroup command = group_of({bob});
    command.external_group_id = numbered(500);
    CHECK(on.create_group(alice, command).value().external_group_id == numbered(500));
    const auto error = on.create_group(carol, command).error();
    CHECK(error.code == Errc::already_exists);
    CHECK(error.fields == std::vector<FieldError>{{"external_group_id", "has already been taken"}});
    CHECK(on.list(carol).value().conversations.empty());
}

TEST_CASE("of two groups in one batch with the same external id the first wins",
          "[conversations]") {
    ManualEngine on;
    on.executor->hold();
    CreateGroup command = group_of({bob});
    command.external_group_id = numbered(500);
    const auto a = on.create_group(alice, command);
    const auto b = on.create_group(carol, command);
    on.executor->release();
    CHECK(a.result());
    CHECK(b.error().code == Errc::already_exists);
    CHECK(on.engine->stats().batch_reruns == 0);
}
