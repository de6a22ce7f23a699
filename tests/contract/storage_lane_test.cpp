#include "storage_contract.hpp"

using namespace whispr;
using namespace whispr::test;

TEMPLATE_TEST_CASE("what is not committed is seen by nobody and leaves nothing", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    const MessageRow first = store.send(row, user(1));

    ConversationRow ahead = row;
    ahead.mseq = 2;
    MessageRow second = first;
    second.mseq = 2;
    second.id = id<MessageId>(2);
    MessageRow edited = first;
    edited.content = "edited";
    MemberRow third;
    third.user = user(3);
    ConversationRow other;
    other.id = id<ConversationId>(2);
    ChangeSet changes;
    changes.conversations = {{ahead, false, false}, {other, true, false}};
    changes.members = {{row.id, third, true}};
    changes.positions = {{row.id, {.user = user(1), .read_mseq = 1}, false}};
    changes.messages_created = {second};
    changes.messages_changed = {edited};
    changes.reactions_added = {{row.id, {.mseq = 1, .user = user(1), .reaction = "x"}, true}};
    changes.hidden = {{row.id, user(2), 1}};
    changes.users = {{user(1), 9}};
    store.begin({.conversations = {row.id}});
    take(store.lane().write(changes));

    const auto check_untouched = [&] {
        const PageRows page = store.page({.no = row.no, .reader = user(2), .now = at(0)});
        REQUIRE(page.messages.size() == 1);
        CHECK(text(page.messages.front()) == text(first));
        CHECK(page.reactions.empty());
        CHECK(take(store.reader().locate({second.id})).empty());
        CHECK(take(store.reader().members(row.no)).size() == 2);
        CHECK_FALSE(take(store.reader().access(other.id, user(1))));
        CHECK(take(store.reader().access(row.id, user(1)))->position->read_mseq == 0);
    };
    check_untouched();
    store.lane().rollback();
    check_untouched();
    store.reopen();
    check_untouched();
    const Locked locked = store.begin({.conversations = {row.id, other.id}});
    REQUIRE(locked.conversations.size() == 1);
    CHECK(text(locked.conversations.front()) == text(row));
    CHECK(store.load({.users = {user(1)}}).users.empty());
}

TEMPLATE_TEST_CASE("closing a lane ends its transaction without effect", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow row;
    row.id = id<ConversationId>(1);
    ChangeSet changes;
    changes.conversations = {{row, true, false}};
    store.begin();
    take(store.lane().write(changes));
    store.reopen();
    CHECK(store.begin({.conversations = {row.id}}).conversations.empty());
}

TEMPLATE_TEST_CASE("what was committed is there when the store is opened again", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1)});
    const std::vector<MessageRow> sent = store.send_many(row, user(1), 3);
    store.reopen();
    const PageRows page = store.page({.no = row.no, .reader = user(1), .now = at(0)});
    REQUIRE(page.messages.size() == 3);
    CHECK(text(page.messages.front()) == text(sent.back()));
    CHECK(text(store.begin({.conversations = {row.id}}).conversations.front()) == text(row));
}

TEMPLATE_TEST_CASE("a lane's methods out of order are refused and change nothing", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    LaneStorage& lane = store.lane();
    ConversationRow row;
    row.id = id<ConversationId>(1);
    ChangeSet changes;
    changes.conversations = {{row, true, false}};
    SECTION("load before begin") {
        CHECK(lane.load({}).error().code == Errc::internal);
    }
    SECTION("write before begin") {
        CHECK(lane.write(changes).error().code == Errc::internal);
    }
    SECTION("commit before begin") {
        CHECK(lane.commit().error().code == Errc::internal);
    }
    SECTION("begin twice") {
        store.begin();
        CHECK(lane.begin({}).error().code == Errc::internal);
    }
    SECTION("load after write") {
        store.begin();
        take(lane.write({}));
        CHECK(lane.load({}).error().code == Errc::internal);
    }
    SECTION("write twice") {
        store.begin();
        take(lane.write({}));
        CHECK(lane.write(changes).error().code == Errc::internal);
    }
    SECTION("commit after a refused write") {
        store.begin();
        changes.conversations.push_back(changes.conversations.front());
        CHECK(lane.write(changes).error().code == Errc::already_exists);
        CHECK(lane.commit().error().code == Errc::internal);
    }
    SECTION("rollback without a transaction is harmless") {
        lane.rollback();
    }
    lane.rollback();
    CHECK(store.begin({.conversations = {row.id}}).conversations.empty());
    take(lane.commit());
}

TEMPLATE_TEST_CASE("an empty change set can be committed", "[storage]", WHISPR_STORES) {
    TestType store;
    store.begin();
    take(store.lane().write({}));
    take(store.lane().commit());
    store.begin();
    take(store.lane().commit());
}

TEMPLATE_TEST_CASE("there are as many lanes as the store says", "[storage]", WHISPR_STORES) {
    TestType store;
    REQUIRE(store.storage().lanes() == 1);
    const auto second = store.storage().open_lane();
    REQUIRE_FALSE(second);
    CHECK(second.error().code == Errc::unavailable);
    CHECK(second.error().text.find("lane") != std::string::npos);
    take(store.storage().ping());
}

TEMPLATE_TEST_CASE("a conversation that is not locked cannot be changed", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow held = store.create(1, {user(1)});
    ConversationRow other = store.create(2, {user(1)});
    MessageRow message;
    message.conversation = other.id;
    message.mseq = 1;
    message.id = id<MessageId>(5);
    ChangeSet changes;
    SECTION("its row") {
        changes.conversations = {{other, false, false}};
    }
    SECTION("a member") {
        changes.members = {{other.id, {.user = user(2)}, true}};
    }
    SECTION("a position") {
        changes.positions = {{other.id, {.user = user(1)}, false}};
    }
    SECTION("a membership") {
        changes.memberships = {{other.id, {.user = user(1)}, false}};
    }
    SECTION("a new message") {
        changes.messages_created = {message};
    }
    SECTION("a changed message") {
        changes.messages_changed = {message};
    }
    SECTION("a reaction") {
        changes.reactions_added = {{other.id, {.mseq = 1, .user = user(1)}, true}};
    }
    SECTION("a removed reaction") {
        changes.reactions_removed = {{other.id, {.mseq = 1, .user = user(1)}, false}};
    }
    SECTION("cleared reactions") {
        changes.reactions_cleared = {{other.no, 1}};
    }
    SECTION("a hidden message") {
        changes.hidden = {{other.id, user(1), 1}};
    }
    CHECK(store.refused({held}, changes).code == Errc::internal);
}

TEMPLATE_TEST_CASE("a change of a row that is not there is a defect, not a silence", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1)});
    MessageRow message;
    message.conversation = row.id;
    message.mseq = 1;
    message.id = id<MessageId>(5);
    ChangeSet changes;
    SECTION("a member") {
        changes.members = {{row.id, {.user = user(2)}, false}};
    }
    SECTION("a position") {
        changes.positions = {{row.id, {.user = user(2)}, false}};
    }
    SECTION("a membership") {
        changes.memberships = {{row.id, {.user = user(2)}, false}};
    }
    SECTION("a message") {
        changes.messages_changed = {message};
    }
    CHECK(store.refused({row}, changes).code == Errc::internal);
}

TEMPLATE_TEST_CASE("a batch of hundreds of commands over many conversations is one transaction",
                   "[storage]", WHISPR_STORES) {
    TestType store;
    constexpr std::uint64_t conversations = 64;
    constexpr Mseq messages_each = 8;
    LockKeys keys;
    ChangeSet changes;
    for (std::uint64_t i = 1; i <= conversations; ++i) {
        const ConversationRow row = store.create(i, {user(1), user(1000 + i)});
        keys.conversations.push_back(row.id);
        changes.conversations.push_back({row, false, false});
        changes.conversations.back().row.mseq = messages_each;
        for (Mseq mseq = 1; mseq <= messages_each; ++mseq) {
            MessageRow message;
            message.conversation = row.id;
            message.mseq = mseq;
            message.id = id<MessageId>(i * 100 + static_cast<std::uint64_t>(mseq));
            message.sender = user(1);
            message.client_random = mseq;
            message.content = std::string(200, 'x');
            changes.messages_created.push_back(message);
        }
        changes.users.emplace_back(user(1000 + i), 1);
    }
    std::vector<ConversationRow> held;
    for (const auto& write : changes.conversations)
        held.push_back(write.row);
    store.put(held, changes);
    store.reopen();
    std::vector<MessageId> ids;
    for (const MessageRow& message : changes.messages_created)
        ids.push_back(message.id);
    CHECK(take(store.reader().locate(ids)).size() == ids.size());
    LoadKeys load;
    for (const ConversationRow& row : store.begin(keys).conversations) {
        CHECK(row.mseq == messages_each);
        load.members_of.push_back(row.no);
        load.messages.push_back({row.no, messages_each});
    }
    const Loaded loaded = store.load(load);
    CHECK(loaded.members.size() == 2 * conversations);
    CHECK(loaded.messages.size() == conversations);
}
