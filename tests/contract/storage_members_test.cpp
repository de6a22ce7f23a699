#include "storage_contract.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

Loaded load_all(Store& store, const ConversationRow& row) {
    store.begin({.conversations = {row.id}});
    Loaded loaded = store.load({.members_of = {row.no},
                                .own = {{row.no, user(1)}, {row.no, user(2)}, {row.no, user(3)}},
                                .users = {user(1), user(2)}});
    store.lane().rollback();
    return loaded;
}

}  // namespace

TEMPLATE_TEST_CASE("a member begins with a fresh position and membership", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    const ConversationRow row = store.create(1, {user(1), user(2)});
    const Loaded loaded = load_all(store, row);
    REQUIRE(loaded.members.size() == 2);
    CHECK(loaded.members.front().first == row.no);
    REQUIRE(loaded.own.size() == 2);
    for (const OwnState& own : loaded.own) {
        CHECK(own.no == row.no);
        const UserId who = own.position.user;
        CHECK(text(own.position) == text(PositionRow{.user = who}));
        CHECK(text(own.membership) == text(MembershipRow{.user = who}));
    }
    CHECK(loaded.users.empty());
}

TEMPLATE_TEST_CASE("members, positions and memberships keep all that is written", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    const ConversationRow row = store.create(1, {user(1), user(2)});
    const MemberRow member{.user = user(2),
                           .role = Role::moderator,
                           .active = true,
                           .joined_at = at(9),
                           .last_eseq = 5};
    const PositionRow position{.user = user(2),
                               .read_mseq = 3,
                               .read_at = at(20),
                               .delivered_mseq = 4,
                               .delivered_at = at(21)};
    MembershipRow membership{.user = user(2)};
    membership.settings = {.notifications = false,
                           .sound_enabled = false,
                           .desktop_notifications = false,
                           .mobile_notifications = false,
                           .mention_notifications = false,
                           .muted = true,
                           .custom_name = "ôther ☀",
                           .pinned = true,
                           .archived = true};
    membership.hidden_mseq = 0;
    membership.unread_from = 7;
    membership.last_useq = 8;
    ChangeSet changes;
    changes.members = {{row.id, member, false}};
    changes.positions = {{row.id, position, false}};
    changes.memberships = {{row.id, membership, false}};
    changes.users = {{user(1), 3}, {user(2), 4}};
    store.put({row}, changes);
    store.reopen();

    const Loaded loaded = load_all(store, row);
    const auto access = take(store.reader().access(row.id, user(2)));
    REQUIRE(access);
    CHECK(text(*access->member) == text(member));
    CHECK(text(*access->position) == text(position));
    CHECK(text(*access->membership) == text(membership));
    CHECK(text(loaded).find(text(position) + text(membership)) != std::string::npos);
    CHECK(loaded.users.size() == 2);

    changes = {};
    changes.users = {{user(2), 5}};
    membership.settings.custom_name.reset();
    changes.memberships = {{row.id, membership, false}};
    store.put({row}, changes);
    CHECK(text(load_all(store, row)).find("user 00000000a002 5") != std::string::npos);
    CHECK_FALSE(take(store.reader().access(row.id, user(2)))->membership->settings.custom_name);
}

TEMPLATE_TEST_CASE("a membership is active as its member is, whatever is written to it",
                   "[storage]", WHISPR_STORES) {
    TestType store;
    const ConversationRow row = store.create(1, {user(1), user(2)});
    const auto set_active = [&](bool member, bool membership) {
        ChangeSet changes;
        changes.members = {{row.id, {.user = user(2), .active = member}, false}};
        changes.memberships = {{row.id, {.user = user(2), .active = membership}, false}};
        store.put({row}, changes);
        const auto access = take(store.reader().access(row.id, user(2)));
        CHECK(access->member->active == member);
        CHECK(access->membership->active == member);
    };
    set_active(false, true);
    set_active(true, false);
}

TEMPLATE_TEST_CASE("loading members gives those who left too, reading them does not", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    const ConversationRow row = store.create(1, {user(3), user(2), user(1)});
    ChangeSet changes;
    changes.members = {{row.id, {.user = user(2), .active = false, .joined_at = at(1)}, false}};
    store.put({row}, changes);
    CHECK(load_all(store, row).members.size() == 3);
    const std::vector<MemberRow> members = take(store.reader().members(row.no));
    REQUIRE(members.size() == 2);
    CHECK(members[0].user == user(3));
    CHECK(members[1].user == user(1));
    CHECK(take(store.reader().members(999)).empty());
}

TEMPLATE_TEST_CASE("members who joined at the same moment come in the order of their ids",
                   "[storage]", WHISPR_STORES) {
    TestType store;
    const ConversationRow row = store.create(1, {user(1)});
    ChangeSet changes;
    for (const std::uint64_t number : {9, 7, 8}) {
        changes.members.push_back({row.id, {.user = user(number), .joined_at = at(-5)}, true});
    }
    store.put({row}, changes);
    std::vector<UserId> users;
    for (const MemberRow& member : take(store.reader().members(row.no))) {
        users.push_back(member.user);
    }
    CHECK(users == std::vector{user(7), user(8), user(9), user(1)});
}

TEMPLATE_TEST_CASE("a member can be created once, and written again in the same batch", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    const ConversationRow row = store.create(1, {user(1)});
    ChangeSet changes;
    changes.members = {{row.id, {.user = user(2)}, true},
                       {row.id, {.user = user(2), .role = Role::admin}, false},
                       {row.id, {.user = user(2), .active = false}, false}};
    changes.positions = {{row.id, {.user = user(2), .read_mseq = 1}, false}};
    changes.memberships = {{row.id, {.user = user(2), .last_useq = 1}, false}};
    store.put({row}, changes);
    const auto access = take(store.reader().access(row.id, user(2)));
    CHECK(access->member->role == Role::member);
    CHECK_FALSE(access->member->active);
    CHECK_FALSE(access->membership->active);
    CHECK(access->membership->last_useq == 1);
    CHECK(access->position->read_mseq == 1);

    changes = {};
    changes.members = {{row.id, {.user = user(2)}, true}};
    CHECK(store.refused({row}, changes).code == Errc::already_exists);
}

TEMPLATE_TEST_CASE("access tells a stranger from a member, and both from nothing", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    const ConversationRow row = store.create(1, {user(1)});
    const auto member = take(store.reader().access(row.id, user(1)));
    REQUIRE(member);
    CHECK(text(member->conversation) == text(row));
    CHECK(member->conversation.no == row.no);
    CHECK(member->member->role == Role::owner);
    const auto stranger = take(store.reader().access(row.id, user(2)));
    REQUIRE(stranger);
    CHECK(text(stranger->conversation) == text(row));
    CHECK_FALSE(stranger->member);
    CHECK_FALSE(stranger->membership);
    CHECK_FALSE(stranger->position);
    CHECK_FALSE(take(store.reader().access(id<ConversationId>(2), user(1))));
}
