#include "storage_contract.hpp"
#include "whispr/limits.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

/// The count of the reader's method, which must be that of the list.
std::uint32_t unread(Store& store, const ConversationRow& row, UserId who, Time now = at(0)) {
    const std::uint32_t count = take(store.reader().unread(row.no, who, now));
    for (const ListedConversation& item : store.list({.user = who, .now = now, .limit = 100})) {
        if (item.conversation.id == row.id) CHECK(item.unread == count);
    }
    return count;
}

void set_position(Store& store, const ConversationRow& row, UserId who, Mseq read, Mseq marked) {
    ChangeSet changes;
    changes.positions = {{row.id, {.user = who, .read_mseq = read}, false}};
    changes.memberships = {{row.id, {.user = who, .unread_from = marked}, false}};
    store.put({row}, changes);
}

}  // namespace

TEMPLATE_TEST_CASE("unread are the others' messages beyond the position", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    CHECK(unread(store, row, user(1)) == 0);
    store.send_many(row, user(2), 5);
    store.send_many(row, user(1), 3);
    store.send_many(row, system_user, 1);
    CHECK(unread(store, row, user(1)) == 6);
    CHECK(unread(store, row, user(2)) == 4);
    set_position(store, row, user(1), 4, 0);
    CHECK(unread(store, row, user(1)) == 2);
    set_position(store, row, user(1), 9, 0);
    CHECK(unread(store, row, user(1)) == 0);
    CHECK(unread(store, row, user(3)) == 0);
    CHECK(take(store.reader().unread(999, user(1), at(0))) == 0);
}

TEMPLATE_TEST_CASE("a mark as unread overrides the position, either way", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    store.send_many(row, user(2), 10);
    set_position(store, row, user(1), 10, 8);
    CHECK(unread(store, row, user(1)) == 3);
    set_position(store, row, user(1), 2, 8);
    CHECK(unread(store, row, user(1)) == 3);
}

TEMPLATE_TEST_CASE("deleted, expired and hidden messages are not unread", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    std::vector<MessageRow> sent = store.send_many(row, user(2), 10);
    sent[0].deleted = true;
    sent[1].expires_at = at(50);
    ChangeSet changes;
    changes.messages_changed = {sent[0], sent[1]};
    store.put({row}, changes);
    store.hide(row, user(1), 3);
    store.hide(row, user(2), 4);
    CHECK(unread(store, row, user(1), at(49)) == 8);
    CHECK(unread(store, row, user(1), at(50)) == 7);
}

TEMPLATE_TEST_CASE("counting stops where nobody is told more", "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    store.send_many(row, user(2), static_cast<int>(limits::unread_count) + 50);
    CHECK(unread(store, row, user(1)) == limits::unread_count);
    set_position(store, row, user(1), 51, 0);
    CHECK(unread(store, row, user(1)) == limits::unread_count - 1);
}

TEMPLATE_TEST_CASE("another conversation's messages are not counted", "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    ConversationRow next = store.create(2, {user(1), user(2)});
    store.send_many(row, user(2), 2);
    store.send_many(next, user(2), 3);
    CHECK(unread(store, row, user(1)) == 2);
    CHECK(unread(store, next, user(1)) == 3);
}
