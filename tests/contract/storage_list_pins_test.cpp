#include <map>

#include "storage_contract.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

void pin(Store& store, const ConversationRow& row, UserId who, bool pinned = true) {
    ChangeSet changes;
    MembershipRow membership{.user = who};
    membership.settings.pinned = pinned;
    changes.memberships = {{row.id, membership, false}};
    store.put({row}, changes);
}

std::map<UserId, std::size_t> pins_of(Store& store, const std::vector<UserId>& users) {
    LoadKeys keys;
    keys.list_pins_of = users;
    store.begin();
    const Loaded loaded = store.load(keys);
    store.lane().rollback();
    CHECK(loaded.list_pins.size() == users.size());
    return {loaded.list_pins.begin(), loaded.list_pins.end()};
}

}  // namespace

TEMPLATE_TEST_CASE("the conversations that each named user has pinned are counted", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    std::vector<ConversationRow> rows;
    for (std::uint64_t i = 1; i <= 4; ++i)
        rows.push_back(store.create(i, {user(1), user(2), user(3)}));
    CHECK(pins_of(store, {user(1)}).at(user(1)) == 0);
    for (const ConversationRow& row : rows)
        pin(store, row, user(1));
    pin(store, rows[0], user(2));
    pin(store, rows[3], user(1), false);

    const auto counted = pins_of(store, {user(1), user(2), user(3), user(99)});
    CHECK(counted.at(user(1)) == 3);
    CHECK(counted.at(user(2)) == 1);
    CHECK(counted.at(user(3)) == 0);
    CHECK(counted.at(user(99)) == 0);
    CHECK(pins_of(store, {}).empty());
}

TEMPLATE_TEST_CASE(
    "a pin of a deactivated conversation counts, one of a conversation left does not", "[storage]",
    WHISPR_STORES) {
    TestType store;
    ConversationRow closed = store.create(1, {user(1), user(2)});
    const ConversationRow left = store.create(2, {user(1), user(2)});
    pin(store, closed, user(1));
    pin(store, left, user(1));
    closed.active = false;
    ChangeSet changes;
    changes.conversations = {{closed, false, true}};
    store.put({closed}, changes);
    CHECK(pins_of(store, {user(1)}).at(user(1)) == 2);
    changes = {};
    changes.members = {{left.id, {.user = user(1), .active = false}, false}};
    store.put({left}, changes);
    CHECK(pins_of(store, {user(1)}).at(user(1)) == 1);
}
