#include <algorithm>

#include "storage_contract.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

struct Changes {
    std::vector<Mseq> mseqs;  // newest first
    std::vector<MessageId> hidden;
    bool complete = true;
};

Changes changes(Store& store, const ChangesQuery& query) {
    const auto rows = take(store.reader().changes(query));
    Changes found;
    for (const auto& row : rows.page.messages)
        found.mseqs.push_back(row.mseq);
    found.hidden = rows.hidden;
    found.complete = rows.complete;
    return found;
}

// Writes the message as changed, with the conversation's next change.
void change(Store& store, ConversationRow& conversation, MessageRow& message) {
    message.last_eseq = ++conversation.eseq;
    message.updated_at = message.sent_at + std::chrono::microseconds(1);
    ChangeSet set;
    set.messages_changed.push_back(message);
    set.conversations.push_back({conversation, false, false});
    store.put({conversation}, set);
}

using Numbers = std::vector<Mseq>;

}  // namespace

TEMPLATE_TEST_CASE("changes are what was created or changed since", "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    ConversationRow other = store.create(2, {user(1)});
    store.send_many(other, user(1), 5);
    auto messages = store.send_many(row, user(1), 6);
    const Eseq since = row.eseq;
    ChangesQuery query{.no = row.no, .reader = user(2), .now = at(0), .since = since};
    CHECK(changes(store, query).mseqs.empty());
    CHECK(changes(store, query).complete);

    change(store, row, messages[1]);
    change(store, row, messages[4]);
    change(store, row, messages[1]);
    store.send_many(row, user(2), 2);
    CHECK(changes(store, query).mseqs == Numbers{8, 7, 5, 2});
    query.since = since + 2;
    CHECK(changes(store, query).mseqs == Numbers{8, 7, 2});
    query.since = row.eseq - 1;
    CHECK(changes(store, query).mseqs == Numbers{8});
    query.since = 0;
    CHECK(changes(store, query).mseqs == Numbers{8, 7, 6, 5, 4, 3, 2, 1});
    query.no = 999;
    CHECK(changes(store, query).mseqs.empty());
}

TEMPLATE_TEST_CASE("changes hold deleted messages, and name those that may not be seen",
                   "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    const Eseq since = row.eseq;
    auto messages = store.send_many(row, user(1), 3);
    messages[0].deleted = true;
    messages[0].content.clear();
    change(store, row, messages[0]);
    store.hide(row, user(2), 2);
    MessageRow brief;
    brief.expires_at = at(60);
    const MessageRow expiring = store.send(row, user(1), brief);
    MessageRow shadow;
    shadow.shadowed = true;
    store.send(row, user(1), shadow);

    ChangesQuery query{.no = row.no, .reader = user(2), .now = at(59), .since = since};
    CHECK(changes(store, query).mseqs == Numbers{4, 3, 1});
    CHECK(changes(store, query).hidden == std::vector<MessageId>{messages[1].id});
    query.now = at(60);
    CHECK(changes(store, query).mseqs == Numbers{3, 1});
    CHECK(changes(store, query).hidden == std::vector<MessageId>{expiring.id, messages[1].id});
    query.reader = user(1);
    CHECK(changes(store, query).mseqs == Numbers{5, 3, 2, 1});
    CHECK(changes(store, query).hidden == std::vector<MessageId>{expiring.id});
    CHECK(take(store.reader().changes(query)).page.messages.back().deleted);
}

TEMPLATE_TEST_CASE("changes beyond the limit are none, wherever they lie", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1)});
    auto messages = store.send_many(row, user(1), 12);
    ChangesQuery query{
        .no = row.no, .reader = user(1), .now = at(0), .since = row.eseq, .limit = 4};
    const auto full = [&](const Changes& found) {
        return found.complete && found.mseqs.size() == query.limit;
    };
    const auto beyond = [](const Changes& found) {
        return !found.complete && found.mseqs.empty() && found.hidden.empty();
    };
    SECTION("all of them created") {
        store.send_many(row, user(1), 4);
        CHECK(full(changes(store, query)));
        store.send_many(row, user(1), 1);
        CHECK(beyond(changes(store, query)));
        store.send_many(row, user(1), 30);
        CHECK(beyond(changes(store, query)));
    }
    SECTION("all of them changed, far back") {
        for (std::size_t i = 0; i < 4; ++i)
            change(store, row, messages[i]);
        // A message that is changed again is one of them still.
        change(store, row, messages[0]);
        CHECK(full(changes(store, query)));
        change(store, row, messages[5]);
        CHECK(beyond(changes(store, query)));
    }
    SECTION("some of each, the newest changed as well") {
        change(store, row, messages[0]);
        change(store, row, messages[11]);
        store.send_many(row, user(1), 2);
        CHECK(changes(store, query).mseqs == Numbers{14, 13, 12, 1});
        change(store, row, messages[7]);
        CHECK(beyond(changes(store, query)));
    }
}
