#include <algorithm>

#include "storage_contract.hpp"
#include "whispr/limits.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

Loaded load_in(Store& store, const ConversationRow& row, const LoadKeys& keys) {
    store.begin({.conversations = {row.id}});
    Loaded loaded = store.load(keys);
    store.lane().rollback();
    return loaded;
}

MessageRow full_message() {
    MessageRow message;
    message.id = id<MessageId>(77);
    message.type = MessageType::media;
    message.content = std::string("h\0llo \xff\xfe ☀ ", 14) + std::string(5000, 'x');
    message.metadata = R"({"a":[1,2,{"b":"\u2600 ☀"}]})";
    message.reply_to_mseq = 1;
    message.client_random = -5;
    message.op_id = id<OpId>(6);
    message.expires_at = at(10'000);
    message.signature = "sig";
    message.sender_public_key = "key";
    return message;
}

}  // namespace

TEMPLATE_TEST_CASE("a message keeps every field, byte for byte", "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    store.send(row, user(2));
    const MessageRow sent = store.send(row, user(1), full_message());
    store.reopen();
    const LoadKeys keys{.messages = {{row.no, 2}, {row.no, 3}, {999, 1}}};
    const Loaded loaded = load_in(store, row, keys);
    REQUIRE(loaded.messages.size() == 1);
    CHECK(text(loaded.messages.front()) == text(sent));
    const PageRows page = store.page({.no = row.no, .reader = user(2), .now = at(0)});
    REQUIRE(page.messages.size() == 2);
    CHECK(text(page.messages.front()) == text(sent));
    const auto places = take(store.reader().locate({sent.id, id<MessageId>(1)}));
    REQUIRE(places.size() == 1);
    CHECK(places.front().first == sent.id);
    CHECK(places.front().second == std::pair{row.id, Mseq{2}});
}

TEMPLATE_TEST_CASE("empty and largest contents are kept", "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1)});
    const MessageRow empty = store.send(row, user(1), {.content = "", .metadata = ""});
    const MessageRow large =
        store.send(row, user(1),
                   {.content = std::string(65'536, '\0'), .metadata = std::string(16 * 1024, 'm')});
    const PageRows page = store.page({.no = row.no, .reader = user(1), .now = at(0)});
    REQUIRE(page.messages.size() == 2);
    CHECK(text(page.messages[0]) == text(large));
    CHECK(text(page.messages[1]) == text(empty));
}

TEMPLATE_TEST_CASE("a changed message is written but for what never changes", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1)});
    store.send(row, user(1));
    MessageRow sent = store.send(row, user(1), full_message());
    MessageRow changed = sent;
    changed.content = "other";
    changed.metadata = R"({"edited":true})";
    changed.updated_at = at(50);
    changed.edited_at = at(51);
    changed.expires_at = at(52);
    changed.last_eseq = 99;
    changed.signature = "other sig";
    changed.sender_public_key = "other key";
    ChangeSet changes;
    changes.messages_changed = {changed};
    store.put({row}, changes);
    store.reopen();
    const LoadKeys keys{.messages = {{row.no, 2}}};
    CHECK(text(load_in(store, row, keys).messages.at(0)) == text(changed));

    changed.content.clear();
    changed.deleted = true;
    changed.expires_at.reset();
    changes.messages_changed = {changed};
    store.put({row}, changes);
    CHECK(text(load_in(store, row, keys).messages.at(0)) == text(changed));
}

TEMPLATE_TEST_CASE("a message's id, number and operation exist once", "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    MessageRow taken = store.send(row, user(1), full_message());
    MessageRow fresh = taken;
    fresh.id = id<MessageId>(78);
    fresh.mseq = 2;
    fresh.op_id = id<OpId>(7);
    ChangeSet changes;
    SECTION("its id") {
        fresh.id = taken.id;
    }
    SECTION("its number") {
        fresh.mseq = taken.mseq;
    }
    SECTION("its operation") {
        fresh.op_id = taken.op_id;
    }
    SECTION("within one batch") {
        changes.messages_created = {fresh};
    }
    changes.messages_created.push_back(fresh);
    CHECK(store.refused({row}, changes).code == Errc::already_exists);
    CHECK(take(store.reader().locate({id<MessageId>(78)})).empty());
    CHECK(store.numbers_on({.no = row.no, .reader = user(1), .now = at(0)}) ==
          std::vector<Mseq>{1});
}

TEMPLATE_TEST_CASE("the same operation may be used by another sender and in another conversation",
                   "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    ConversationRow other = store.create(2, {user(1), user(2)});
    store.send(row, user(1), {.op_id = id<OpId>(6)});
    store.send(row, user(2), {.op_id = id<OpId>(6)});
    const MessageRow elsewhere = store.send(other, user(1), {.op_id = id<OpId>(6)});
    const Loaded loaded = load_in(
        store, other, {.sends = {{.no = other.no, .sender = user(1), .op_id = id<OpId>(6)}}});
    REQUIRE(loaded.sends.size() == 1);
    CHECK(text(loaded.sends.front()) == text(elsewhere));
}

TEMPLATE_TEST_CASE("a repeated send is found by its operation, and the newest by its token",
                   "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    ConversationRow other = store.create(2, {user(1)});
    const MessageRow first = store.send(row, user(1), {.client_random = 5, .op_id = id<OpId>(1)});
    const MessageRow second = store.send(row, user(1), {.client_random = 5});
    store.send(row, user(2), {.client_random = 5, .op_id = id<OpId>(2)});
    store.send(other, user(1), {.client_random = 5, .op_id = id<OpId>(1)});
    store.send(row, user(1));
    store.reopen();
    const auto sends = [&](SendKey key) {
        key.no = row.no;
        key.sender = user(1);
        return load_in(store, row, {.sends = {key}}).sends;
    };
    const auto by_operation = sends({.op_id = id<OpId>(1)});
    REQUIRE(by_operation.size() == 1);
    CHECK(text(by_operation.front()) == text(first));
    const auto by_token = sends({.client_random = 5});
    REQUIRE(by_token.size() == 1);
    CHECK(text(by_token.front()) == text(second));
    CHECK(sends({.client_random = 5, .op_id = id<OpId>(1)}).size() == 2);
    CHECK(sends({.client_random = 6, .op_id = id<OpId>(2)}).empty());
    CHECK(sends({}).empty());
}

TEMPLATE_TEST_CASE("what was newly read is told up to the read message, newest first, bounded",
                   "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    const std::vector<MessageRow> sent = store.send_many(row, user(2), 70);
    store.send(row, user(1));
    MessageRow deleted = sent[68];
    deleted.deleted = true;
    ChangeSet changes;
    changes.messages_changed = {deleted};
    changes.positions = {
        {row.id,
         {.user = user(1), .read_mseq = 10, .shown_read_mseq = 10, .delivered_mseq = 65},
         false}};
    store.put({row}, changes);

    const auto numbers = [](const auto& heads) {
        std::vector<Mseq> found;
        for (const auto& [key, head] : heads)
            found.push_back(head.mseq);
        return found;
    };
    const LoadKeys keys{.newly_read = {{row.no, user(1)}},
                        .newly_delivered = {{row.no, user(1)}, {row.no, user(3)}}};
    const Loaded loaded = load_in(store, row, keys);
    const std::vector<Mseq> read = numbers(loaded.newly_read);
    REQUIRE(read.size() == limits::read_messages_told);
    CHECK(read.front() == 70);
    CHECK(std::is_sorted(read.rbegin(), read.rend()));
    CHECK(std::find(read.begin(), read.end(), 69) == read.end());
    CHECK(numbers(loaded.newly_delivered) == std::vector<Mseq>{70, 68, 67, 66});
    CHECK(loaded.newly_read.front().first == MemberKey{row.no, user(1)});
    CHECK(loaded.newly_read.front().second.id == sent[69].id);
    CHECK(loaded.newly_read.front().second.sender == user(2));

    const Loaded upto = load_in(
        store, row,
        {.newly_read = {{row.no, user(1), 12}}, .newly_delivered = {{row.no, user(1), 65}}});
    CHECK(numbers(upto.newly_read) == std::vector<Mseq>{12, 11});
    CHECK(upto.newly_delivered.empty());
}
