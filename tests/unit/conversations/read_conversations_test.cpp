#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

std::vector<ConversationId> listed(EngineFixture& on, UserId user, ListConversations request = {}) {
    std::vector<ConversationId> ids;
    for (const auto& conversation : on.list(user, request).value().conversations) {
        ids.push_back(conversation.id);
    }
    return ids;
}

}  // namespace

TEST_CASE("the list is ordered by the latest activity", "[conversations]") {
    InlineEngine on;
    const auto first = on.direct(alice, bob);
    on.clock->advance(std::chrono::seconds(1));
    const auto second = on.group(alice, {carol});
    CHECK(listed(on, alice) == std::vector{second, first});
    on.clock->advance(std::chrono::seconds(1));
    on.sent(bob, first, "hi");
    CHECK(listed(on, alice) == std::vector{first, second});
    // Renaming is a change, but no activity.
    on.clock->advance(std::chrono::seconds(1));
    REQUIRE(on.update(alice, {second, "crew", ""}).result());
    CHECK(listed(on, alice) == std::vector{first, second});
}

TEST_CASE("the list is paged and filtered before it is cut", "[conversations]") {
    InlineEngine on;
    std::vector<ConversationId> groups;
    for (std::uint64_t i = 0; i < 5; ++i) {
        on.clock->advance(std::chrono::seconds(1));
        groups.insert(groups.begin(), on.group(alice, {bob}));
        on.direct(alice, member_number(i));
    }
    ListConversations request;
    request.type = ConversationType::group;
    request.limit = 2;
    CHECK(listed(on, alice, request) == std::vector{groups[0], groups[1]});
    CHECK(on.list(alice, request).value().has_more);
    request.offset = 4;
    CHECK(listed(on, alice, request) == std::vector{groups[4]});
    CHECK_FALSE(on.list(alice, request).value().has_more);
    request.offset = 3;
    CHECK_FALSE(on.list(alice, request).value().has_more);
    request.offset = 1'000'000;
    CHECK(listed(on, alice, request).empty());
}

TEST_CASE("a page of the list holds between one and a hundred", "[conversations]") {
    InlineEngine on;
    for (std::uint64_t i = 0; i < 102; ++i)
        on.direct(alice, member_number(i));
    ListConversations request;
    request.limit = 0;
    CHECK(listed(on, alice, request).size() == 1);
    request.limit = 100'000;
    CHECK(listed(on, alice, request).size() == limits::page_rows);
}

TEST_CASE("the list says what is unread and what came last", "[conversations]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    on.sent(bob, id, "one");
    const auto mine = on.sent(alice, id, "two");
    const auto three = on.sent(bob, id, "three");
    auto entry = on.list(alice).value().conversations.at(0);
    CHECK(entry.unread == 2);
    CHECK(entry.read_mseq == 0);
    CHECK(entry.last_message->content == "three");
    CHECK(entry.members.size() == 2);
    CHECK(on.list(bob).value().conversations.at(0).unread == 1);

    REQUIRE(on.read(alice, {id, {}}).result());
    entry = on.list(alice).value().conversations.at(0);
    CHECK(entry.unread == 0);
    CHECK(entry.read_mseq == 3);
    CHECK(on.list(bob).value().conversations.at(0).last_message->status == DeliveryStatus::read);

    DeleteMessage bury;
    bury.message = three.id;
    bury.for_everyone = true;
    REQUIRE(on.remove(bob, bury).result());
    CHECK(on.list(alice).value().conversations.at(0).last_message->id == mine.id);
}

TEST_CASE("what is hidden, expired, deleted or one's own is not unread", "[conversations]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto hidden = on.sent(bob, id, "hidden");
    const auto deleted = on.sent(bob, id, "deleted");
    SendMessage brief;
    brief.conversation = id;
    brief.content = "brief";
    brief.ttl = std::chrono::seconds(10);
    REQUIRE(on.send(bob, brief).result());
    on.sent(alice, id, "mine");
    CHECK(on.unread(alice, id) == 3);

    DeleteMessage command;
    command.message = hidden.id;
    REQUIRE(on.remove(alice, command).result());
    CHECK(on.unread(alice, id) == 2);
    command.message = deleted.id;
    command.for_everyone = true;
    REQUIRE(on.remove(bob, command).result());
    CHECK(on.unread(alice, id) == 1);
    on.clock->advance(std::chrono::seconds(10));
    CHECK(on.unread(alice, id) == 0);
}

TEST_CASE("unread is counted up to its bound", "[conversations]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    for (std::uint32_t i = 0; i < limits::unread_count + 5; ++i)
        on.sent(bob, id, "m");
    CHECK(on.unread(alice, id) == limits::unread_count);
    CHECK(on.list(alice).value().conversations.at(0).unread == limits::unread_count);
}

TEST_CASE("a conversation is shown with members by the time they joined", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(carol, {dave});
    on.clock->advance(std::chrono::seconds(1));
    REQUIRE(on.add_member(carol, id, bob).result());
    on.clock->advance(std::chrono::seconds(1));
    REQUIRE(on.add_member(carol, id, alice).result());
    std::vector<UserId> users;
    for (const auto& member : on.show(dave, id).value().members)
        users.push_back(member.user);
    CHECK(users == std::vector{carol, dave, bob, alice});
}

TEST_CASE("a conversation is shown to its members alone", "[conversations]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    CHECK(on.show(carol, id).error().code == Errc::not_a_member);
    CHECK(on.show(alice, ConversationId{numbered(404)}).error().code ==
          Errc::conversation_not_found);
    CHECK(on.list(carol).value().conversations.empty());
}
