#include "storage_contract.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

using Since = ChangedRows::Since;
using Numbers = std::vector<std::uint64_t>;

/// Numbers of the conversations, which the tests make from 1 on.
Numbers numbers_of(const ChangedRows& found) {
    Numbers numbers;
    for (const ChangedRow& row : found.rows)
        numbers.push_back(row.id.uuid.bytes[15]);
    return numbers;
}

ChangedRows changed(Store& store, UserId of, std::optional<ChangeMark> since = {}) {
    return take(store.reader().changed({.user = of, .since = since}));
}

/// Three groups with two messages each, the third one used last.
struct Groups {
    explicit Groups(Store& the_store) : store(the_store) {
        for (std::uint64_t number = 1; number <= 3; ++number) {
            rows.push_back(store.create(number, {user(1), user(2)}));
            store.clock().advance(std::chrono::seconds(10));
            store.send_many(rows.back(), user(1), 2);
        }
    }
    ConversationRow& row(std::uint64_t number) { return rows[number - 1]; }

    Store& store;
    std::vector<ConversationRow> rows;
};

Store& later(Store& store) {
    store.clock().advance(std::chrono::seconds(1));
    return store;
}

void move(Store& store, const ConversationRow& row, UserId of, Mseq mseq) {
    ChangeSet changes;
    changes.positions.push_back({row.id, {.user = of, .read_mseq = mseq}, false});
    store.put({row}, changes);
}

void keep_own(Store& store, const ConversationRow& row, UserId of, Useq useq) {
    ChangeSet changes;
    MembershipRow own;
    own.user = of;
    own.settings.muted = true;
    own.last_useq = useq;
    changes.memberships.push_back({row.id, own, false});
    changes.users.emplace_back(of, useq);
    store.put({row}, changes);
}

void leave(Store& store, ConversationRow& row, UserId who) {
    ChangeSet changes;
    MemberRow member;
    member.user = who;
    member.active = false;
    member.joined_at = store.clock().now();
    member.last_eseq = ++row.eseq;
    row.members_eseq = row.eseq;
    --row.member_count;
    changes.members.push_back({row.id, member, false});
    changes.conversations.push_back({row, false, false});
    store.put({row}, changes);
}

}  // namespace

TEMPLATE_TEST_CASE("without a mark all conversations are told, the latest activity first",
                   "[storage]", WHISPR_STORES) {
    TestType store;
    Groups groups(store);
    store.create(4, {user(2)});
    later(store).send(groups.row(1), user(2));
    const ChangedRows found = changed(store, user(1));
    CHECK(found.since == Since::followed);
    CHECK(numbers_of(found) == Numbers{1, 3, 2});
    CHECK(found.now.epoch == store.storage().epoch());
    CHECK(found.useq == 0);
    CHECK(found.rows[0].active);
    CHECK(found.rows[0].mseq == 3);
    CHECK(found.rows[0].eseq == groups.row(1).eseq);
    CHECK(found.rows[0].last_useq == 0);
    CHECK(numbers_of(changed(store, user(9))).empty());
}

TEMPLATE_TEST_CASE("from a mark on what changed since is told", "[storage]", WHISPR_STORES) {
    TestType store;
    Groups groups(store);
    const ChangeMark mark = changed(store, user(1)).now;
    const ChangedRows nothing = changed(store, user(1), mark);
    CHECK(nothing.since == Since::followed);
    CHECK(numbers_of(nothing).empty());

    SECTION("a message") {
        later(store).send(groups.row(2), user(2));
        CHECK(numbers_of(changed(store, user(1), nothing.now)) == Numbers{2});
    }
    SECTION("a new conversation") {
        store.create(7, {user(2), user(1)});
        CHECK(numbers_of(changed(store, user(1), mark)) == Numbers{7});
    }
    SECTION("how far the user has read, and not how far others have") {
        move(store, groups.row(1), user(2), 2);
        CHECK(numbers_of(changed(store, user(1), mark)).empty());
        move(store, groups.row(1), user(1), 2);
        CHECK(numbers_of(changed(store, user(1), mark)) == Numbers{1});
    }
    SECTION("the user's own settings, and not those of others") {
        keep_own(store, groups.row(3), user(2), 1);
        CHECK(numbers_of(changed(store, user(1), mark)).empty());
        keep_own(store, groups.row(3), user(1), 4);
        const ChangedRows found = changed(store, user(1), mark);
        CHECK(numbers_of(found) == Numbers{3});
        CHECK(found.rows[0].last_useq == 4);
        CHECK(found.useq == 4);
    }
    SECTION("and nothing of it again") {
        later(store).send(groups.row(2), user(2));
        const ChangeMark known = changed(store, user(1), mark).now;
        CHECK(numbers_of(changed(store, user(1), known)).empty());
        later(store).send(groups.row(1), user(2));
        CHECK(numbers_of(changed(store, user(1), known)) == Numbers{1});
        CHECK(numbers_of(changed(store, user(1), mark)) == Numbers{1, 2});
    }
}

TEMPLATE_TEST_CASE("who left is told how he did, and nothing that came after", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    Groups groups(store);
    const ChangeMark mark = changed(store, user(2)).now;
    leave(store, groups.row(2), user(2));
    const Eseq left_at = groups.row(2).eseq;
    store.send_many(groups.row(2), user(1), 3);
    const ChangedRows found = changed(store, user(2), mark);
    REQUIRE(numbers_of(found) == Numbers{2});
    CHECK_FALSE(found.rows[0].active);
    CHECK(found.rows[0].eseq == left_at);
    CHECK(found.rows[0].mseq == 0);
    CHECK(found.rows[0].last_activity_at == Time{});
    store.send_many(groups.row(2), user(1), 3);
    CHECK(numbers_of(changed(store, user(2), found.now)).empty());
}

TEMPLATE_TEST_CASE("changed conversations are told by page", "[storage]", WHISPR_STORES) {
    TestType store;
    Groups groups(store);
    ChangedQuery query{.user = user(1), .limit = 1};
    ChangedRows page = take(store.reader().changed(query));
    CHECK(numbers_of(page) == Numbers{3, 2});
    query.behind = ListPlace{page.rows[0].last_activity_at, page.rows[0].id};
    page = take(store.reader().changed(query));
    CHECK(numbers_of(page) == Numbers{2, 1});
    query.behind = ListPlace{page.rows[0].last_activity_at, page.rows[0].id};
    CHECK(numbers_of(take(store.reader().changed(query))) == Numbers{1});

    // Of the same moment the larger id comes first.
    query.limit = 9;
    query.behind = ListPlace{page.rows[0].last_activity_at, id<ConversationId>(3)};
    CHECK(numbers_of(take(store.reader().changed(query))) == Numbers{2, 1});
}

TEMPLATE_TEST_CASE("a mark of another history tells everything", "[storage]", WHISPR_STORES) {
    TestType store;
    Groups groups(store);
    const ChangeMark mark = changed(store, user(1)).now;
    ChangeMark foreign = mark;
    foreign.epoch = numbered(1);
    ChangedRows found = changed(store, user(1), foreign);
    CHECK(found.since == Since::elsewhere);
    CHECK(found.rows.size() == 3);
    CHECK(found.now.epoch == mark.epoch);

    foreign = mark;
    foreign.numbering = numbered(1);
    found = changed(store, user(1), foreign);
    CHECK(found.since == Since::unknown);
    CHECK(found.rows.size() == 3);

    foreign = mark;
    foreign.number += 1'000'000'000'000;
    found = changed(store, user(1), foreign);
    CHECK(found.since == Since::elsewhere);
    CHECK(found.rows.size() == 3);
}

TEMPLATE_TEST_CASE("marks outlive the program", "[storage]", WHISPR_STORES) {
    TestType store;
    Groups groups(store);
    const ChangeMark mark = changed(store, user(1)).now;
    later(store).send(groups.row(2), user(1));
    store.reopen();
    CHECK(numbers_of(changed(store, user(1), mark)) == Numbers{2});
    later(store).send(groups.row(1), user(1));
    const ChangedRows found = changed(store, user(1), mark);
    CHECK(found.since == Since::followed);
    CHECK(numbers_of(found) == Numbers{1, 2});
    store.reopen();
    CHECK(numbers_of(changed(store, user(1), found.now)).empty());
}

TEMPLATE_TEST_CASE("what is not committed is not told, and is found when it is", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    Groups groups(store);
    const auto before = changed(store, user(1)).now;
    ConversationRow row = groups.row(2);
    ++row.eseq;
    ChangeSet changes;
    changes.conversations.push_back({row, false, false});
    store.begin({.conversations = {row.id}});
    take(store.lane().write(changes));
    const ChangedRows during = changed(store, user(1), before);
    CHECK(numbers_of(during).empty());
    take(store.lane().commit());
    CHECK(numbers_of(changed(store, user(1), during.now)) == Numbers{2});
    store.begin({.conversations = {row.id}});
    store.lane().rollback();
}
