// The index of words: what it holds, how far it is, and what is found in it.
#include "storage_contract.hpp"

#include <algorithm>

using namespace whispr;
using namespace whispr::test;

namespace {

using Words = std::vector<std::string>;
using Numbers = std::vector<std::pair<std::int64_t, Mseq>>;

/// Indexes messages, the first one first, and says that the conversation is indexed up to now.
void index(Store& store, const ConversationRow& row, const Words& words, Mseq first = 1) {
    ChangeSet changes;
    for (const std::string& one : words)
        changes.search.words.push_back({row.id, first++, one});
    changes.search.cursors.push_back({row.id, row.eseq, row.mseq});
    store.put({row}, changes);
}

SearchQuery query(UserId reader, Words words) {
    return {.reader = reader, .now = at(0), .words = std::move(words)};
}

Numbers found(Store& store, const SearchQuery& query) {
    Numbers numbers;
    for (const MessageKey& key : take(store.reader().concepts().search.search(query)))
        numbers.emplace_back(key.no, key.mseq);
    return numbers;
}

std::vector<ConversationId> behind(Store& store, std::int64_t after = 0, std::size_t limit = 100) {
    std::vector<ConversationId> ids;
    for (const auto& one : take(store.reader().concepts().search.unindexed(after, limit)))
        ids.push_back(one.newest.conversation);
    return ids;
}

UnindexedMessages lacking(Store& store, const ConversationRow& row, std::size_t limit = 100) {
    return take(store.reader().concepts().search.unindexed_messages(row.id, limit));
}

std::vector<Mseq> numbers(const std::vector<MessageRow>& rows) {
    std::vector<Mseq> all;
    for (const MessageRow& row : rows)
        all.push_back(row.mseq);
    return all;
}

/// Changes a message as an edit does.
void touch(Store& store, ConversationRow& conversation, MessageRow& row) {
    row.last_eseq = ++conversation.eseq;
    row.updated_at = row.sent_at + std::chrono::seconds(1);
    ChangeSet changes;
    changes.messages_changed.push_back(row);
    changes.conversations.push_back({conversation, false, false});
    store.put({conversation}, changes);
}

void set_active(Store& store, ConversationRow& conversation, UserId user, bool active) {
    ChangeSet changes;
    MemberRow member;
    member.user = user;
    member.active = active;
    member.joined_at = conversation.created_at;
    member.last_eseq = ++conversation.eseq;
    changes.members.push_back({conversation.id, member, false});
    changes.conversations.push_back({conversation, false, false});
    store.put({conversation}, changes);
}

}  // namespace

TEMPLATE_TEST_CASE("words are found from their beginning, all of them", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    store.send_many(row, user(1), 4);
    index(store, row, {"hello world", "help", "worldly hello 東京 京", "👍 été"});
    store.reopen();
    CHECK(found(store, query(user(2), {"hel"})) == Numbers{{row.no, 3}, {row.no, 2}, {row.no, 1}});
    CHECK(found(store, query(user(2), {"hello", "wor"})) == Numbers{{row.no, 3}, {row.no, 1}});
    CHECK(found(store, query(user(2), {"wor", "help"})).empty());
    CHECK(found(store, query(user(2), {"ello"})).empty());
    CHECK(found(store, query(user(2), {"京"})) == Numbers{{row.no, 3}});
    CHECK(found(store, query(user(2), {"東京"})) == Numbers{{row.no, 3}});
    CHECK(found(store, query(user(2), {"👍"})) == Numbers{{row.no, 4}});
    CHECK(found(store, query(user(2), {"ét"})) == Numbers{{row.no, 4}});
}

TEMPLATE_TEST_CASE("words are replaced, and nothing takes a message out", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    store.send_many(row, user(1), 3);
    index(store, row, {"first old", "second", "third"});
    index(store, row, {"first new", ""});
    CHECK(found(store, query(user(1), {"old"})).empty());
    CHECK(found(store, query(user(1), {"second"})).empty());
    CHECK(found(store, query(user(1), {"new"})) == Numbers{{row.no, 1}});
    CHECK(found(store, query(user(1), {"third"})) == Numbers{{row.no, 3}});
    index(store, row, {"second again"}, 2);
    CHECK(found(store, query(user(1), {"second"})) == Numbers{{row.no, 2}});
    // What was never there is taken out without harm.
    index(store, row, {"", "", ""});
    index(store, row, {"", "", ""});
    CHECK(found(store, query(user(1), {"second"})).empty());
}

TEMPLATE_TEST_CASE("a word means nothing but itself", "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    store.send_many(row, user(1), 2);
    index(store, row, {"a or b near", "not and"});
    for (const auto* word : {"\"", "a\" OR \"b", "*", "a*", "words:a", "^a", "-a", "(a", "a)", "%"})
        CHECK(found(store, query(user(1), {word})).empty());
    CHECK(found(store, query(user(1), {"or"})) == Numbers{{row.no, 1}});
    CHECK(found(store, query(user(1), {"not", "and"})) == Numbers{{row.no, 2}});
    CHECK(found(store, query(user(1), {"near"})) == Numbers{{row.no, 1}});
}

TEMPLATE_TEST_CASE("a search finds what its reader may see", "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    MessageRow shadowed;
    shadowed.shadowed = true;
    MessageRow expiring;
    expiring.expires_at = at(5);
    MessageRow deleted;
    deleted.deleted = true;
    store.send(row, user(1));
    store.send(row, user(2), shadowed);
    store.send(row, user(1), expiring);
    store.send(row, user(1), deleted);
    store.send(row, user(1));
    index(store, row, {"word", "word", "word", "word", "word"});
    store.hide(row, user(2), 5);
    const std::int64_t no = row.no;
    CHECK(found(store, query(user(1), {"word"})) == Numbers{{no, 5}, {no, 3}, {no, 1}});
    CHECK(found(store, query(user(2), {"word"})) == Numbers{{no, 3}, {no, 2}, {no, 1}});
    SearchQuery later = query(user(2), {"word"});
    later.now = at(5);
    CHECK(found(store, later) == Numbers{{no, 2}, {no, 1}});
    CHECK(found(store, query(user(3), {"word"})).empty());
    SearchQuery stranger = query(user(3), {"word"});
    stranger.no = no;
    CHECK(found(store, stranger).empty());
    set_active(store, row, user(2), false);
    CHECK(found(store, query(user(2), {"word"})).empty());
    set_active(store, row, user(2), true);
    CHECK(found(store, query(user(2), {"word"})).size() == 3);
}

TEMPLATE_TEST_CASE("a search of all conversations leaves out the hidden and the closed ones",
                   "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow closed = store.create(1, {user(1), user(2)});
    ConversationRow hidden = store.create(2, {user(1), user(2)});
    for (ConversationRow* row : {&closed, &hidden}) {
        store.send(*row, user(1));
        index(store, *row, {"word"});
    }
    closed.active = false;
    MembershipRow own;
    own.user = user(2);
    own.hidden_mseq = 1;
    ChangeSet changes;
    changes.conversations.push_back({closed, false, true});
    changes.memberships.push_back({hidden.id, own, false});
    store.put({closed, hidden}, changes);
    CHECK(found(store, query(user(2), {"word"})).empty());
    CHECK(found(store, query(user(1), {"word"})) == Numbers{{hidden.no, 1}});
    for (const ConversationRow& row : {closed, hidden}) {
        SearchQuery inside = query(user(2), {"word"});
        inside.no = row.no;
        CHECK(found(store, inside) == Numbers{{row.no, 1}});
    }
}

TEMPLATE_TEST_CASE("conversations are searched together, newest message first", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow first = store.create(1, {user(1), user(2)});
    ConversationRow second = store.create(2, {user(1), user(3)});
    ConversationRow third = store.create(3, {user(2), user(3)});
    Numbers expected;
    for (int i = 0; i < 10; ++i) {
        for (ConversationRow* row : {&first, &second, &third}) {
            store.clock().advance(std::chrono::seconds(1));
            store.send(*row, row->created_by);
            if (row != &third) expected.insert(expected.begin(), {row->no, row->mseq});
        }
    }
    for (const ConversationRow& row : {first, second, third})
        index(store, row, Words(10, "word"));
    CHECK(found(store, query(user(1), {"word"})) == expected);

    Numbers paged;
    SearchQuery page = query(user(1), {"word"});
    for (page.limit = 3; page.offset < 20; page.offset += 3) {
        const Numbers some = found(store, page);
        CHECK(some.size() == std::min<std::size_t>(3, 20 - page.offset));
        paged.insert(paged.end(), some.begin(), some.end());
    }
    CHECK(paged == expected);
    CHECK(found(store, page).empty());

    SearchQuery inside = query(user(1), {"word"});
    inside.no = second.no;
    inside.limit = 2;
    CHECK(found(store, inside) == Numbers{{second.no, 10}, {second.no, 9}});
    inside.before =
        store.page({.no = second.no, .reader = user(1), .now = at(0)}).messages.at(2).sent_at;
    CHECK(found(store, inside) == Numbers{{second.no, 7}, {second.no, 6}});
}

TEMPLATE_TEST_CASE("an older conversation adds what the newer ones lack", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow old = store.create(1, {user(1), user(2)});
    store.send_many(old, user(1), 3);
    store.clock().advance(std::chrono::hours(1));
    ConversationRow young = store.create(2, {user(1), user(2)});
    store.send_many(young, user(1), 3);
    index(store, old, {"word", "word", "word"});
    index(store, young, {"word", "other", "other"});
    SearchQuery all = query(user(1), {"word"});
    all.limit = 2;
    CHECK(found(store, all) == Numbers{{young.no, 1}, {old.no, 3}});
    all.offset = 2;
    CHECK(found(store, all) == Numbers{{old.no, 2}, {old.no, 1}});
}

TEMPLATE_TEST_CASE("conversations whose index is behind are named by number", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow first = store.create(1, {user(1), user(2)});
    const ConversationRow second = store.create(2, {user(1), user(2)});
    const ConversationRow third = store.create(3, {user(3), user(2)});
    CHECK(behind(store) == std::vector{first.id, second.id, third.id});
    CHECK(behind(store, 0, 2) == std::vector{first.id, second.id});
    CHECK(behind(store, second.no) == std::vector{third.id});
    index(store, first, {});
    index(store, third, {});
    CHECK(behind(store) == std::vector{second.id});
    store.send(first, user(1));
    CHECK(behind(store) == std::vector{first.id, second.id});
    // Up to the newest change, but not to the newest message.
    ChangeSet changes;
    changes.search.cursors.push_back({first.id, first.eseq, 0});
    store.put({first}, changes);
    CHECK(behind(store) == std::vector{first.id, second.id});

    auto& search = store.reader().concepts().search;
    const auto of_one = take(search.unindexed_of(user(1), {}));
    REQUIRE(of_one.size() == 2);
    CHECK(of_one[0].newest == SearchCursor{first.id, first.eseq, 1});
    CHECK(take(search.unindexed_of(user(1), second.no)).size() == 1);
    CHECK(take(search.unindexed_of(user(1), third.no)).empty());
    CHECK(take(search.unindexed_of(user(3), {})).empty());
    CHECK(take(search.unindexed_of(user(4), {})).empty());
}

TEMPLATE_TEST_CASE("the index is told what it lacks, page by page", "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    std::vector<MessageRow> messages = store.send_many(row, user(1), 6);
    UnindexedMessages all = lacking(store, row);
    CHECK(all.indexed == SearchCursor{row.id, 0, 0});
    CHECK(all.newest == SearchCursor{row.id, row.eseq, 6});
    CHECK(all.changed.empty());
    CHECK(numbers(all.created) == std::vector<Mseq>{1, 2, 3, 4, 5, 6});
    CHECK(text(all.created[5]) == text(messages[5]));
    CHECK(numbers(lacking(store, row, 2).created) == std::vector<Mseq>{1, 2});

    // Four are indexed; then three messages change, one of them beyond these.
    ChangeSet changes;
    changes.search.cursors.push_back({row.id, row.eseq, 4});
    store.put({row}, changes);
    for (const std::size_t changed : {2u, 5u, 0u})
        touch(store, row, messages[changed]);
    all = lacking(store, row);
    CHECK(numbers(all.changed) == std::vector<Mseq>{3, 1});
    CHECK(numbers(all.created) == std::vector<Mseq>{5, 6});
    const UnindexedMessages some = lacking(store, row, 2);
    CHECK(numbers(some.changed) == std::vector<Mseq>{3, 1});
    CHECK(some.created.empty());
    CHECK(numbers(lacking(store, row, 3).created) == std::vector<Mseq>{5});

    changes.search.cursors = {{row.id, row.eseq, 6}};
    store.put({row}, changes);
    all = lacking(store, row);
    CHECK(all.indexed == all.newest);
    CHECK(all.changed.empty());
    CHECK(all.created.empty());
    ConversationRow unknown;
    unknown.id = id<ConversationId>(77);
    CHECK(lacking(store, unknown).newest.conversation.is_nil());
}

TEMPLATE_TEST_CASE("words are written for conversations that are held alone", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    store.send_many(row, user(1), 1);
    ChangeSet changes;
    changes.search.words.push_back({row.id, 1, "word"});
    CHECK(store.refused({}, changes).code == Errc::internal);
    changes.search.words.clear();
    changes.search.cursors.push_back({row.id, 1, 1});
    CHECK(store.refused({}, changes).code == Errc::internal);
}

TEMPLATE_TEST_CASE("groups, and conversations with a member, are found latest change first",
                   "[storage]", WHISPR_STORES) {
    TestType store;
    const ConversationRow direct = store.create(1, {user(1), user(2)}, ConversationType::direct);
    store.clock().advance(std::chrono::seconds(1));
    ConversationRow group = store.create(2, {user(1), user(2)});
    store.clock().advance(std::chrono::seconds(1));
    ConversationRow other = store.create(3, {user(1), user(3)});
    store.create(4, {user(2), user(3)});
    const auto find = [&](const FindConversations& query) {
        std::vector<ConversationId> ids;
        for (const ConversationRow& row : take(store.reader().concepts().search.find(query)))
            ids.push_back(row.id);
        return ids;
    };
    using Ids = std::vector<ConversationId>;
    CHECK(find({.user = user(1)}) == Ids{other.id, group.id});
    CHECK(find({.user = user(1), .limit = 1}) == Ids{other.id});
    CHECK(find({.user = user(1), .limit = 1, .offset = 1}) == Ids{group.id});
    CHECK(find({.user = user(1), .offset = 2}).empty());
    CHECK(find({.user = user(1), .with = user(2)}) == Ids{group.id, direct.id});
    CHECK(find({.user = user(1), .with = user(9)}).empty());
    set_active(store, group, user(2), false);
    CHECK(find({.user = user(1), .with = user(2)}) == Ids{direct.id});
    CHECK(find({.user = user(2)}) == Ids{id<ConversationId>(4)});
    other.active = false;
    ChangeSet changes;
    changes.conversations.push_back({other, false, true});
    store.put({other}, changes);
    CHECK(find({.user = user(1)}) == Ids{group.id});
}
