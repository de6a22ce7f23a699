#include <numeric>

#include "storage_contract.hpp"
#include "whispr/limits.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

std::vector<Mseq> down(Mseq from, Mseq to) {
    std::vector<Mseq> numbers;
    for (Mseq mseq = from; mseq >= to; --mseq)
        numbers.push_back(mseq);
    return numbers;
}

}  // namespace

TEMPLATE_TEST_CASE("a page has the newest messages first, whichever way it was paged", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1)});
    store.send_many(row, user(1), 30);
    ConversationRow other = store.create(2, {user(1)});
    store.send_many(other, user(1), 5);
    PageQuery query{.no = row.no, .reader = user(1), .now = at(0), .limit = 10};
    CHECK(store.numbers_on(query) == down(30, 21));
    query.before_mseq = 21;
    CHECK(store.numbers_on(query) == down(20, 11));
    query.before_mseq = 5;
    CHECK(store.numbers_on(query) == down(4, 1));
    query.before_mseq = 1;
    CHECK(store.numbers_on(query).empty());
    query.before_mseq.reset();
    query.after_mseq = 0;
    CHECK(store.numbers_on(query) == down(10, 1));
    query.after_mseq = 25;
    CHECK(store.numbers_on(query) == down(30, 26));
    query.after_mseq = 30;
    CHECK(store.numbers_on(query).empty());
    query.after_mseq = 10;
    query.before_mseq = 14;
    CHECK(store.numbers_on(query) == down(13, 11));
    query.limit = 2;
    CHECK(store.numbers_on(query) == down(12, 11));
    query.limit = 0;
    CHECK(store.numbers_on(query).empty());
    CHECK(store.numbers_on({.no = 999, .reader = user(1), .now = at(0)}).empty());
}

TEMPLATE_TEST_CASE("cursors far out of range are empty pages or whole ones", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1)});
    store.send_many(row, user(1), 3);
    ConversationRow next = store.create(2, {user(1)});
    store.send_many(next, user(1), 3);
    constexpr Mseq least = std::numeric_limits<Mseq>::min();
    constexpr Mseq most = std::numeric_limits<Mseq>::max();
    const PageQuery query{.no = row.no, .reader = user(1), .now = at(0)};
    const auto with = [&](auto member, auto value) {
        PageQuery changed = query;
        changed.*member = value;
        return store.numbers_on(changed);
    };
    for (const Mseq low : {least, Mseq{-1}, Mseq{0}}) {
        CHECK(with(&PageQuery::before_mseq, low).empty());
        CHECK(with(&PageQuery::after_mseq, low) == down(3, 1));
    }
    for (const Mseq high : {most, Mseq{1} << 32, (Mseq{1} << 32) + 1, Mseq{4}}) {
        CHECK(with(&PageQuery::before_mseq, high) == down(3, 1));
        CHECK(with(&PageQuery::after_mseq, high).empty());
    }
    CHECK(with(&PageQuery::before, Time::min()).empty());
    CHECK(with(&PageQuery::after, Time::min()) == down(3, 1));
    CHECK(with(&PageQuery::before, Time::max()) == down(3, 1));
    CHECK(with(&PageQuery::after, Time::max()).empty());
}

TEMPLATE_TEST_CASE("a page can be asked for by the time of sending, both bounds exclusive",
                   "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1)});
    std::vector<MessageRow> sent;
    for (int i = 0; i < 40; ++i) {
        if (i % 3 == 0) store.clock().advance(std::chrono::seconds{i});
        sent.push_back(store.send(row, user(1)));
    }
    const std::chrono::microseconds tick{1};
    for (std::size_t i = 0; i < sent.size(); ++i) {
        const auto mseq = static_cast<Mseq>(i) + 1;
        PageQuery query{.no = row.no, .reader = user(1), .now = at(0), .limit = 3};
        query.before = sent[i].sent_at;
        CHECK(store.numbers_on(query) == down(mseq - 1, std::max<Mseq>(mseq - 3, 1)));
        query.before = sent[i].sent_at + tick;
        CHECK(store.numbers_on(query) == down(mseq, std::max<Mseq>(mseq - 2, 1)));
        query.before.reset();
        query.after = sent[i].sent_at;
        CHECK(store.numbers_on(query) == down(std::min<Mseq>(mseq + 3, 40), mseq + 1));
        query.after = sent[i].sent_at - tick;
        CHECK(store.numbers_on(query) == down(std::min<Mseq>(mseq + 2, 40), mseq));
        query.before = sent[i].sent_at + tick;
        query.limit = 100;
        CHECK(store.numbers_on(query) == std::vector{mseq});
    }
}

TEMPLATE_TEST_CASE("a conversation without messages has empty pages", "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1)});
    PageQuery query{.no = row.no, .reader = user(1), .now = at(0)};
    CHECK(store.numbers_on(query).empty());
    query.before = at(0);
    CHECK(store.numbers_on(query).empty());
    query.after_mseq = 0;
    CHECK(store.numbers_on(query).empty());
}

TEMPLATE_TEST_CASE("deleted, expired and hidden messages are left out and do not shorten a page",
                   "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    std::vector<MessageRow> sent = store.send_many(row, user(1), 10);
    ChangeSet changes;
    sent[8].deleted = true;
    sent[6].expires_at = at(100);
    sent[5].expires_at = at(101);
    changes.messages_changed = {sent[8], sent[6], sent[5]};
    store.put({row}, changes);
    store.hide(row, user(2), 8);
    store.hide(row, user(2), 8);
    PageQuery query{.no = row.no, .reader = user(2), .now = at(100), .limit = 4};
    CHECK(store.numbers_on(query) == std::vector<Mseq>{10, 6, 5, 4});
    query.reader = user(1);
    CHECK(store.numbers_on(query) == std::vector<Mseq>{10, 8, 6, 5});
    query.now = at(101);
    CHECK(store.numbers_on(query) == std::vector<Mseq>{10, 8, 5, 4});
    query.after_mseq = 5;
    query.reader = user(2);
    CHECK(store.numbers_on(query) == std::vector<Mseq>{10});
    query.now = at(99);
    CHECK(store.numbers_on(query) == std::vector<Mseq>{10, 7, 6});
}

TEMPLATE_TEST_CASE("a page brings what its messages answer, as it is", "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1)});
    MessageRow first = store.send(row, user(1), {.content = "first"});
    const MessageRow second = store.send(row, user(1), {.content = "second"});
    store.send(row, user(1), {.reply_to_mseq = 1});
    store.send(row, user(1), {.reply_to_mseq = 1});
    store.send(row, user(1), {.reply_to_mseq = 2});
    first.deleted = true;
    first.content.clear();
    ChangeSet changes;
    changes.messages_changed = {first};
    store.put({row}, changes);
    const PageRows page = store.page({.no = row.no, .reader = user(1), .now = at(0), .limit = 3});
    REQUIRE(page.replied.size() == 2);
    const bool in_order = page.replied.front().mseq == 1;
    CHECK(text(page.replied[in_order ? 0 : 1]) == text(first));
    CHECK(text(page.replied[in_order ? 1 : 0]) == text(second));
}

TEMPLATE_TEST_CASE("a page brings the positions of active members up to the bound", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    std::vector<UserId> users;
    for (std::uint64_t i = 1; i <= limits::receipts_members; ++i)
        users.push_back(user(i));
    ConversationRow row = store.create(1, users);
    store.send(row, user(1));
    const PageQuery query{.no = row.no, .reader = user(1), .now = at(0)};
    CHECK(store.page(query).positions.size() == limits::receipts_members);

    ChangeSet changes;
    changes.members = {{row.id, {.user = user(2), .active = false}, false}};
    row.member_count -= 1;
    changes.conversations = {{row, false, false}};
    store.put({row}, changes);
    CHECK(store.page(query).positions.size() == limits::receipts_members - 1);

    row.member_count = limits::receipts_members + 1;
    changes = {};
    changes.conversations = {{row, false, false}};
    store.put({row}, changes);
    CHECK(store.page(query).positions.empty());
}

TEMPLATE_TEST_CASE("one message is shown even when deleted or expired, but not when hidden",
                   "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    store.send(row, user(1), {.content = "answered"});
    MessageRow message = store.send(row, user(1), {.reply_to_mseq = 1, .expires_at = at(-5)});
    message.deleted = true;
    ChangeSet changes;
    changes.messages_changed = {message};
    changes.reactions_added = {{row.id, {.mseq = 1, .user = user(1), .reaction = "n"}, true},
                               {row.id, {.mseq = 2, .user = user(1), .reaction = "y"}, true}};
    store.put({row}, changes);
    const PageRows shown = take(store.reader().messages(row.no, {2}, user(2)));
    REQUIRE(shown.messages.size() == 1);
    CHECK(text(shown.messages.front()) == text(message));
    REQUIRE(shown.replied.size() == 1);
    CHECK(shown.replied.front().content == "answered");
    REQUIRE(shown.reactions.size() == 1);
    CHECK(shown.reactions.front().second.reaction == "y");
    CHECK(shown.positions.size() == 2);

    store.hide(row, user(2), 2);
    CHECK(take(store.reader().messages(row.no, {2}, user(2))).messages.empty());
    CHECK(take(store.reader().messages(row.no, {2}, user(1))).messages.size() == 1);
    for (const Mseq nowhere : {Mseq{0}, Mseq{-1}, Mseq{3}, std::numeric_limits<Mseq>::max(),
                               std::numeric_limits<Mseq>::min()}) {
        CHECK(take(store.reader().messages(row.no, {nowhere}, user(1))).messages.empty());
    }
    CHECK(take(store.reader().messages(999, {1}, user(1))).messages.empty());
}

TEMPLATE_TEST_CASE("history that begins beyond its floor can still be paged by time", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1)});
    // As after a purge: the numbers up to the floor have no rows.
    row.mseq = 1000;
    row.floor_mseq = 1000;
    const std::vector<MessageRow> sent = store.send_many(row, user(1), 5);
    PageQuery query{.no = row.no, .reader = user(1), .now = at(0)};
    query.before = sent[2].sent_at;
    CHECK(store.numbers_on(query) == std::vector<Mseq>{1002, 1001});
    query.before.reset();
    query.after = sent[2].sent_at;
    CHECK(store.numbers_on(query) == std::vector<Mseq>{1005, 1004});
    query.after = at(-1000);
    CHECK(store.numbers_on(query).size() == 5);
}
