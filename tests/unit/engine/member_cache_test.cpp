#include "engine/member_cache.hpp"

#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

MemberRow row(UserId user, bool active = true) {
    MemberRow member;
    member.user = user;
    member.active = active;
    return member;
}

const ConversationId one{numbered(1)};
const ConversationId two{numbered(2)};
const ConversationId three{numbered(3)};

}  // namespace

TEST_CASE("a member list is sorted and its audience holds the active ones", "[lane]") {
    const auto list = MemberList::make(7, {row(carol), row(alice), row(bob, false)});
    CHECK(list->members_eseq == 7);
    CHECK(list->audience->users == std::vector{alice, carol});
    CHECK(list->audience->contains(alice));
    CHECK_FALSE(list->audience->contains(bob));
    REQUIRE(list->find(bob) != nullptr);
    CHECK_FALSE(list->find(bob)->active);
    CHECK(list->find(dave) == nullptr);
    CHECK_FALSE(Audience{}.contains(alice));
}

TEST_CASE("a cached list counts only while its number is the row's", "[lane]") {
    MemberCache cache(10);
    CHECK(cache.find(one, 1) == nullptr);
    const auto list = MemberList::make(5, {row(alice)});
    cache.put(one, list);
    CHECK(cache.find(one, 5) == list);
    CHECK(cache.find(one, 4) == nullptr);
    CHECK(cache.find(one, 6) == nullptr);
    const auto newer = MemberList::make(6, {row(alice), row(bob)});
    cache.put(one, newer);
    CHECK(cache.find(one, 6) == newer);
    CHECK(cache.find(one, 5) == nullptr);
}

TEST_CASE("a full cache forgets what was used longest ago", "[lane]") {
    MemberCache cache(2);
    cache.put(one, MemberList::make(1, {}));
    cache.put(two, MemberList::make(1, {}));
    CHECK(cache.find(one, 1) != nullptr);
    cache.put(three, MemberList::make(1, {}));
    CHECK(cache.find(two, 1) == nullptr);
    CHECK(cache.find(one, 1) != nullptr);
    CHECK(cache.find(three, 1) != nullptr);
    cache.put(one, MemberList::make(2, {}));
    cache.put(two, MemberList::make(1, {}));
    CHECK(cache.find(three, 1) == nullptr);
}

TEST_CASE("a cache without room remembers nothing", "[lane]") {
    MemberCache cache(0);
    cache.put(one, MemberList::make(1, {}));
    CHECK(cache.find(one, 1) == nullptr);
}

TEST_CASE("a lane loads members once, and again after they changed elsewhere", "[lane]") {
    InlineEngine on;
    std::size_t loaded = 0;
    on.script->before_load = [&](const LoadKeys& keys) -> Result<void> {
        loaded += keys.members_of.size();
        return {};
    };
    const auto id = on.group(alice, {bob});
    on.sent(alice, id, "x");
    on.sent(bob, id, "y");
    REQUIRE(on.add_member(alice, id, carol).result());
    on.sent(carol, id, "z");
    CHECK(loaded == 0);
}

TEST_CASE("a batch that failed does not leave its members in the cache", "[lane]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    on.script->before_commit = []() -> Result<void> {
        return Error{Errc::unavailable, "disk full", {}};
    };
    CHECK(on.remove_member(alice, id, bob).error().code == Errc::unavailable);
    on.script->before_commit = nullptr;
    CHECK(on.sent(bob, id, "still here").mseq == 1);
}

TEST_CASE("a batch whose end is unknown is looked up again", "[lane]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    on.script->after_commit = []() -> Result<void> {
        return Error{Errc::outcome_unknown, "connection lost", {}};
    };
    CHECK(on.remove_member(alice, id, bob).error().code == Errc::outcome_unknown);
    on.script->after_commit = nullptr;
    CHECK(on.send(bob, id, "gone after all").error().code == Errc::not_a_member);
}
