#include "storage_contract.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

std::vector<ConversationId> ids(Store& store, const ListQuery& query) {
    std::vector<ConversationId> found;
    for (const ListedConversation& item : store.list(query)) {
        found.push_back(item.conversation.id);
    }
    return found;
}

ConversationId number(std::uint64_t value) {
    return id<ConversationId>(value);
}

}  // namespace

TEMPLATE_TEST_CASE("the list has the latest activity first, by page, one more when there are more",
                   "[storage]", WHISPR_STORES) {
    TestType store;
    std::vector<ConversationRow> rows;
    for (std::uint64_t i = 1; i <= 5; ++i) {
        store.clock().advance(std::chrono::seconds{1});
        rows.push_back(store.create(i, {user(1), user(2)}));
    }
    store.create(9, {user(2)});
    store.clock().advance(std::chrono::seconds{1});
    store.send(rows[1], user(2));
    ListQuery query{.user = user(1), .now = at(0), .limit = 2};
    CHECK(ids(store, query) == std::vector{number(2), number(5), number(4)});
    query.offset = 2;
    CHECK(ids(store, query) == std::vector{number(4), number(3), number(1)});
    query.offset = 4;
    CHECK(ids(store, query) == std::vector{number(1)});
    query.offset = 5;
    CHECK(ids(store, query).empty());
    query = {.user = user(1), .now = at(0), .limit = 5};
    CHECK(ids(store, query).size() == 5);
    CHECK(ids(store, {.user = user(3), .now = at(0)}).empty());
}

TEMPLATE_TEST_CASE("conversations of the same moment are listed in one order", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    for (const std::uint64_t i : {2, 3, 1})
        store.create(i, {user(1)});
    ListQuery query{.user = user(1), .now = at(0), .limit = 1};
    CHECK(ids(store, query) == std::vector{number(3), number(2)});
    query.offset = 1;
    CHECK(ids(store, query) == std::vector{number(2), number(1)});
}

TEMPLATE_TEST_CASE("the list can be had by type and without what is archived", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    store.create(1, {user(1), user(2)}, ConversationType::direct);
    store.create(2, {user(1), user(2)});
    const ConversationRow archived = store.create(3, {user(1), user(2)});
    ChangeSet changes;
    MembershipRow membership{.user = user(1)};
    membership.settings.archived = true;
    changes.memberships = {{archived.id, membership, false}};
    store.put({archived}, changes);
    ListQuery query{.user = user(1), .now = at(0)};
    CHECK(ids(store, query).size() == 3);
    query.type = ConversationType::direct;
    CHECK(ids(store, query) == std::vector{number(1)});
    query.type = ConversationType::group;
    CHECK(ids(store, query) == std::vector{number(3), number(2)});
    query.include_archived = false;
    CHECK(ids(store, query) == std::vector{number(2)});
    query.type.reset();
    CHECK(ids(store, query) == std::vector{number(2), number(1)});
}

TEMPLATE_TEST_CASE("inactive, left and hidden conversations are not listed", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow inactive = store.create(1, {user(1)});
    ConversationRow left = store.create(2, {user(1)});
    ConversationRow hidden = store.create(3, {user(1), user(2)});
    ConversationRow hidden_empty = store.create(4, {user(1)});
    store.send(hidden, user(2));
    inactive.active = false;
    ChangeSet changes;
    changes.conversations = {{inactive, false, true}};
    changes.members = {{left.id, {.user = user(1), .active = false}, false}};
    changes.memberships = {{hidden.id, {.user = user(1), .hidden_mseq = 1}, false},
                           {hidden_empty.id, {.user = user(1), .hidden_mseq = 0}, false}};
    store.put({inactive, left, hidden, hidden_empty}, changes);
    const ListQuery query{.user = user(1), .now = at(0)};
    CHECK(ids(store, query).empty());
    CHECK(ids(store, {.user = user(2), .now = at(0)}) == std::vector{number(3)});
    store.send(hidden, user(2));
    store.send(hidden_empty, user(1));
    CHECK(ids(store, query) == std::vector{number(3), number(4)});
}

TEMPLATE_TEST_CASE("a listed conversation has the user's state and the last message he may see",
                   "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    std::vector<MessageRow> sent = store.send_many(row, user(2), 6);
    sent[5].deleted = true;
    sent[4].expires_at = at(5);
    MembershipRow membership{.user = user(1), .last_useq = 4};
    membership.settings.custom_name = "mine";
    const PositionRow position{.user = user(1), .read_mseq = 1, .read_at = at(1)};
    ChangeSet changes;
    changes.messages_changed = {sent[5], sent[4]};
    changes.memberships = {{row.id, membership, false}};
    changes.positions = {{row.id, position, false}};
    store.put({row}, changes);
    store.hide(row, user(1), 4);

    const std::vector<ListedConversation> list = store.list({.user = user(1), .now = at(5)});
    REQUIRE(list.size() == 1);
    const ListedConversation& item = list.front();
    CHECK(text(item.conversation) == text(row));
    CHECK(item.member.user == user(1));
    CHECK(item.member.role == Role::owner);
    CHECK(text(item.membership) == text(membership));
    CHECK(text(item.position) == text(position));
    CHECK(item.unread == 2);
    REQUIRE(item.last_message);
    CHECK(text(*item.last_message) == text(sent[2]));
    CHECK(item.members.empty());
    CHECK(item.positions.empty());
    CHECK(store.list({.user = user(2), .now = at(5)}).front().last_message->mseq == 4);
}

TEMPLATE_TEST_CASE("a listed direct conversation brings its active members and their positions",
                   "[storage]", WHISPR_STORES) {
    TestType store;
    const ConversationRow row = store.create(1, {user(2), user(1)}, ConversationType::direct);
    ChangeSet changes;
    changes.positions = {{row.id, {.user = user(1), .read_mseq = 4}, false}};
    store.put({row}, changes);
    const ListQuery query{.user = user(1), .now = at(0)};
    ListedConversation item = store.list(query).at(0);
    REQUIRE(item.members.size() == 2);
    CHECK(item.members[0].user == user(2));
    CHECK(item.members[1].user == user(1));
    REQUIRE(item.positions.size() == 2);
    CHECK(item.positions[0].user == user(2));
    CHECK(item.positions[1].read_mseq == 4);
    CHECK_FALSE(item.last_message);

    changes = {};
    changes.members = {{row.id, {.user = user(2), .active = false}, false}};
    store.put({row}, changes);
    item = store.list(query).at(0);
    REQUIRE(item.members.size() == 1);
    CHECK(item.members[0].user == user(1));
}
