#include "storage_contract.hpp"

using namespace whispr;
using namespace whispr::test;

TEMPLATE_TEST_CASE("a conversation is found by id, pair, operation and external group", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow group;
    group.id = id<ConversationId>(7);
    group.type = ConversationType::group;
    group.created_by = user(1);
    group.op_id = id<OpId>(70);
    group.external_group_id = numbered(700);
    group.metadata = R"({"name":"\u00e9t\u00e9 ☀"})";
    group.created_at = at(1);
    group.updated_at = at(2);
    group.last_activity_at = at(3);
    group.last_sent_at = at(4);
    group.mseq = 5;
    group.eseq = 9;
    group.members_eseq = 8;
    group.policy_eseq = 7;
    group.floor_mseq = 2;
    group.member_count = 3;
    ChangeSet changes;
    changes.conversations.push_back({group, true, true});
    store.put({}, changes);
    const ConversationRow direct = store.create(8, {user(1), user(2)}, ConversationType::direct);
    store.reopen();

    const auto found = [&](const LockKeys& keys) {
        const Locked locked = store.begin(keys);
        store.lane().rollback();
        return locked;
    };
    for (const LockKeys& keys :
         {LockKeys{.conversations = {group.id}}, LockKeys{.group_ops = {{user(1), *group.op_id}}},
          LockKeys{.external_group_ids = {*group.external_group_id}}}) {
        const Locked locked = found(keys);
        REQUIRE(locked.conversations.size() == 1);
        CHECK(text(locked.conversations.front()) == text(group));
        CHECK(locked.conversations.front().no > 0);
    }
    const UserPair pair = UserPair::of(user(2), user(1));
    const Locked by_pair = found({.pairs = {pair}});
    REQUIRE(by_pair.conversations.size() == 1);
    CHECK(text(by_pair.conversations.front()) == text(direct));
    REQUIRE(by_pair.pairs.size() == 1);
    CHECK(by_pair.pairs.front() == std::pair{pair, direct.id});
}

TEMPLATE_TEST_CASE("what is not there is left out, and what is named twice is there once",
                   "[storage]", WHISPR_STORES) {
    TestType store;
    const ConversationRow first = store.create(9, {user(1), user(2)}, ConversationType::direct);
    const ConversationRow second = store.create(3, {user(1)});
    const Locked locked =
        store.begin({.conversations = {first.id, second.id, id<ConversationId>(999)},
                     .pairs = {UserPair::of(user(1), user(2)), UserPair::of(user(1), user(3))},
                     .group_ops = {{user(1), id<OpId>(1)}},
                     .external_group_ids = {numbered(1)}});
    REQUIRE(locked.conversations.size() == 2);
    CHECK(locked.conversations[0].id == second.id);
    CHECK(locked.conversations[1].id == first.id);
    CHECK(locked.pairs.size() == 1);
}

TEMPLATE_TEST_CASE("a batch has the time of the clock", "[storage]", WHISPR_STORES) {
    TestType store;
    store.clock().set(at(77));
    CHECK(store.begin().now == at(77));
}

TEMPLATE_TEST_CASE("counters are written without the policy, and the policy only when it changed",
                   "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1)});
    ConversationRow changed = row;
    changed.metadata = R"({"name":"other"})";
    changed.active = false;
    changed.external_group_id = numbered(5);
    changed.mseq = 4;
    changed.eseq = 12;
    changed.last_activity_at = at(100);
    changed.last_sent_at = at(101);
    changed.updated_at = at(102);
    changed.members_eseq = 11;
    changed.policy_eseq = 12;
    changed.floor_mseq = 1;
    changed.member_count = 2;
    ChangeSet changes;
    changes.conversations.push_back({changed, false, false});
    store.put({row}, changes);
    ConversationRow expected = changed;
    expected.metadata = row.metadata;
    expected.active = true;
    expected.external_group_id.reset();
    const LockKeys keys{.conversations = {row.id}};
    CHECK(text(store.begin(keys).conversations.at(0)) == text(expected));
    store.lane().rollback();

    changes.conversations.front().policy_changed = true;
    store.put({row}, changes);
    CHECK(text(store.begin(keys).conversations.at(0)) == text(changed));
    store.lane().rollback();
    CHECK(store.begin({.external_group_ids = {numbered(5)}}).conversations.size() == 1);
}

TEMPLATE_TEST_CASE("an external group id can be given up and taken by another group", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow first = store.create(1, {user(1)});
    ConversationRow second = store.create(2, {user(1)});
    const auto set = [&](ConversationRow& row, std::optional<Uuid> external) {
        row.external_group_id = external;
        ChangeSet changes;
        changes.conversations.push_back({row, false, true});
        store.put({row}, changes);
    };
    set(first, numbered(5));
    set(first, std::nullopt);
    set(second, numbered(5));
    const Locked locked = store.begin({.external_group_ids = {numbered(5)}});
    REQUIRE(locked.conversations.size() == 1);
    CHECK(locked.conversations.front().id == second.id);
}

TEMPLATE_TEST_CASE("a key that exists is refused and leaves nothing behind", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow taken;
    taken.id = id<ConversationId>(1);
    taken.created_by = user(1);
    taken.op_id = id<OpId>(10);
    taken.external_group_id = numbered(100);
    ChangeSet changes;
    changes.conversations.push_back({taken, true, false});
    changes.pairs_created.emplace_back(UserPair::of(user(1), user(2)), taken.id);
    store.put({}, changes);

    ConversationRow fresh;
    fresh.id = id<ConversationId>(2);
    fresh.created_by = user(1);
    ChangeSet again;
    SECTION("the id") {
        fresh.id = taken.id;
    }
    SECTION("the operation") {
        fresh.op_id = taken.op_id;
    }
    SECTION("the external group") {
        fresh.external_group_id = taken.external_group_id;
    }
    SECTION("the pair") {
        again.pairs_created.emplace_back(UserPair::of(user(2), user(1)), fresh.id);
    }
    SECTION("a pair that is new twice") {
        again.pairs_created.emplace_back(UserPair::of(user(2), user(3)), fresh.id);
        again.pairs_created.emplace_back(UserPair::of(user(2), user(3)), fresh.id);
    }
    again.conversations.push_back({fresh, true, false});
    CHECK(store.refused({}, again).code == Errc::already_exists);

    store.reopen();
    const Locked locked = store.begin(
        {.conversations = {id<ConversationId>(2)}, .pairs = {UserPair::of(user(2), user(3))}});
    CHECK(locked.conversations.empty());
    CHECK(locked.pairs.empty());
}

TEMPLATE_TEST_CASE("another user's conversation may have the same operation", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    for (const std::uint64_t number : {1, 2}) {
        ConversationRow row;
        row.id = id<ConversationId>(number);
        row.created_by = user(number);
        row.op_id = id<OpId>(10);
        ChangeSet changes;
        changes.conversations.push_back({row, true, false});
        store.put({}, changes);
    }
    const Locked locked = store.begin({.group_ops = {{user(2), id<OpId>(10)}}});
    REQUIRE(locked.conversations.size() == 1);
    CHECK(locked.conversations.front().id == id<ConversationId>(2));
}
