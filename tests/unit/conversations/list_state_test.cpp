#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

Answer<MemberSettings> pin(EngineFixture& on, UserId caller, ConversationId id,
                           bool pinned = true) {
    Answer<MemberSettings> answer;
    on.engine->conversations().set_pinned({caller, {}}, id, pinned, answer.completion());
    return answer;
}

Answer<MemberSettings> archive(EngineFixture& on, UserId caller, ConversationId id,
                               bool archived = true) {
    Answer<MemberSettings> answer;
    on.engine->conversations().set_archived({caller, {}}, id, archived, answer.completion());
    return answer;
}

std::vector<ConversationId> ids(const ConversationList& list) {
    std::vector<ConversationId> found;
    for (const Conversation& conversation : list.conversations)
        found.push_back(conversation.id);
    return found;
}

}  // namespace

TEST_CASE("a pin is the caller's own and is told to the caller's devices alone",
          "[conversations]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    on.sink->clear();
    CHECK(pin(on, alice, id).value().pinned);
    CHECK(on.show(alice, id).value().settings.pinned);
    CHECK_FALSE(on.show(bob, id).value().settings.pinned);
    CHECK(on.show(alice, id).value().eseq == 1);

    REQUIRE(on.sink->all().size() == 1);
    const auto told = on.sink->of<SettingsChanged>().at(0);
    CHECK(told.user == alice);
    CHECK(told.useq == 1);
    const auto& changed = std::get<SettingsChanged>(told.what);
    CHECK(changed.settings.pinned);
    CHECK(changed.pinned_named);
    CHECK_FALSE(changed.archived_named);
    CHECK_FALSE(changed.muted_named);

    CHECK_FALSE(pin(on, alice, id, false).value().pinned);
    CHECK(on.sink->of<SettingsChanged>().at(1).useq == 2);
    CHECK_FALSE(on.show(alice, id).value().settings.pinned);
}

TEST_CASE("a state that is there already is refused and tells nobody", "[conversations]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    on.sink->clear();
    CHECK(pin(on, alice, id, false).error().code == Errc::no_change);
    CHECK(archive(on, alice, id, false).error().code == Errc::no_change);
    CHECK(on.sink->all().empty());
    REQUIRE(pin(on, alice, id).result());
    REQUIRE(archive(on, alice, id).result());
    on.sink->clear();
    const int commits = on.script->commits;
    CHECK(pin(on, alice, id).error().code == Errc::no_change);
    CHECK(archive(on, alice, id).error().code == Errc::no_change);
    CHECK(on.sink->all().empty());
    CHECK(on.script->commits == commits);
}

TEST_CASE("five conversations are pinned at most, deactivated ones included", "[conversations]") {
    InlineEngine on;
    const auto closed = on.group(alice, {bob}, "closed");
    REQUIRE(pin(on, alice, closed).result());
    REQUIRE(on.remove(alice, closed, true).result());
    for (std::uint64_t i = 0; i < limits::list_pins_per_user - 1; ++i) {
        REQUIRE(pin(on, alice, on.direct(alice, member_number(i))).result());
    }
    const auto sixth = on.direct(alice, bob);
    CHECK(pin(on, alice, sixth).error().code == Errc::limit_reached);
    CHECK_FALSE(on.show(alice, sixth).value().settings.pinned);
    // Of one user: another has room.
    CHECK(pin(on, bob, sixth).result());
    REQUIRE(pin(on, alice, closed, false).result());
    CHECK(pin(on, alice, sixth).result());
}

TEST_CASE("pins of one batch count against each other", "[conversations]") {
    ManualEngine on;
    std::vector<ConversationId> all;
    for (std::uint64_t i = 0; i < limits::list_pins_per_user + 1; ++i)
        all.push_back(on.direct(alice, member_number(i)));
    const int commits = on.script->commits;
    on.executor->hold();
    std::vector<Answer<MemberSettings>> answers;
    for (const auto id : all)
        answers.push_back(pin(on, alice, id));
    answers.push_back(pin(on, alice, all[0], false));
    answers.push_back(pin(on, alice, all.back()));
    on.executor->release();
    CHECK(on.script->commits == commits + 1);
    std::size_t pinned = 0;
    for (const auto id : all)
        pinned += on.show(alice, id).value().settings.pinned ? 1 : 0;
    CHECK(pinned == limits::list_pins_per_user);
    CHECK(answers[limits::list_pins_per_user].error().code == Errc::limit_reached);
    CHECK(answers.back().result());
}

TEST_CASE("an archived conversation is told, and found in its own list", "[conversations]") {
    InlineEngine on;
    const auto one = on.direct(alice, bob);
    on.clock->advance(std::chrono::seconds(1));
    const auto two = on.direct(alice, carol);
    on.sink->clear();
    CHECK(archive(on, alice, one).value().archived);
    const auto changed = std::get<SettingsChanged>(on.sink->of<SettingsChanged>().at(0).what);
    CHECK(changed.archived_named);
    CHECK_FALSE(changed.pinned_named);

    ListConversations request;
    CHECK(ids(on.list(alice, request).value()) == std::vector{two, one});
    request.include_archived = false;
    CHECK(ids(on.list(alice, request).value()) == std::vector{two});
    request.only_archived = true;
    CHECK(ids(on.list(alice, request).value()) == std::vector{one});
    CHECK(ids(on.list(bob, request).value()).empty());
    CHECK_FALSE(archive(on, alice, one, false).value().archived);
    CHECK(ids(on.list(alice, request).value()).empty());
}

TEST_CASE("a new message leaves pins and archives as they are", "[conversations]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    REQUIRE(pin(on, alice, id).result());
    REQUIRE(archive(on, alice, id).result());
    on.sent(bob, id, "hello");
    CHECK(on.show(alice, id).value().settings.pinned);
    CHECK(on.show(alice, id).value().settings.archived);
}

TEST_CASE("only members pin and archive", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    REQUIRE(on.remove_member(alice, id, bob).result());
    for (const UserId who : {bob, carol}) {
        CHECK(pin(on, who, id).error().code == Errc::not_a_member);
        CHECK(archive(on, who, id).error().code == Errc::not_a_member);
    }
    const ConversationId nowhere{numbered(404)};
    CHECK(pin(on, alice, nowhere).error().code == Errc::conversation_not_found);
    CHECK(archive(on, alice, nowhere).error().code == Errc::conversation_not_found);
}
