#include "storage_contract.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

DraftRow draft(std::uint64_t number, UserId by, std::string content) {
    return {.user = by,
            .id = id<DraftId>(number),
            .content = std::move(content),
            .metadata = R"({"a":"é"})",
            .created_at = at(1),
            .updated_at = at(2),
            .last_useq = 3};
}

std::string text(const DraftRow& row) {
    return row.id.to_string() + " of " + row.user.to_string() + ": " + row.content + " " +
           row.metadata + " " + std::to_string(row.created_at.time_since_epoch().count()) + " " +
           std::to_string(row.updated_at.time_since_epoch().count()) + " " +
           std::to_string(row.last_useq);
}

std::string read_draft(Store& store, const ConversationRow& row, UserId by) {
    const auto found = take(store.reader().concepts().drafts.draft(row.no, by));
    return found ? text(*found) : "none";
}

std::vector<std::string> loaded(Store& store, const ConversationRow& row,
                                const std::vector<UserId>& users) {
    LoadKeys keys;
    for (const UserId by : users)
        keys.drafts.of.push_back({row.no, by});
    store.begin({.conversations = {row.id}});
    std::vector<std::string> texts;
    for (const auto& [no, found] : store.load(keys).drafts.of) {
        CHECK(no == row.no);
        texts.push_back(text(found));
    }
    store.lane().rollback();
    return texts;
}

}  // namespace

TEMPLATE_TEST_CASE("a draft is what was saved, for the lane and for readers", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    const ConversationRow row = store.create(1, {user(1), user(2)});
    const ConversationRow other = store.create(2, {user(1), user(2)});
    const DraftRow mine = draft(1, user(1), std::string("bytes \0\xff", 8));
    const DraftRow elsewhere = draft(2, user(1), "elsewhere");
    ChangeSet changes;
    changes.drafts.saved = {{row.id, mine, true}, {other.id, elsewhere, true}};
    store.put({row, other}, changes);
    store.reopen();
    CHECK(read_draft(store, row, user(1)) == text(mine));
    CHECK(read_draft(store, other, user(1)) == text(elsewhere));
    CHECK(read_draft(store, row, user(2)) == "none");
    CHECK(loaded(store, row, {user(1), user(2)}) == std::vector{text(mine)});
    const auto place = take(store.reader().concepts().drafts.locate_draft(mine.id));
    REQUIRE(place);
    CHECK(place->first == row.id);
    CHECK(place->second == user(1));
    CHECK_FALSE(take(store.reader().concepts().drafts.locate_draft(id<DraftId>(9))));
}

TEMPLATE_TEST_CASE("a saved draft replaces what was there", "[storage]", WHISPR_STORES) {
    TestType store;
    const ConversationRow row = store.create(1, {user(1), user(2)});
    DraftRow mine = draft(1, user(1), "first");
    const DraftRow theirs = draft(2, user(2), "theirs");
    ChangeSet changes;
    changes.drafts.saved = {{row.id, mine, true}, {row.id, theirs, true}};
    store.put({row}, changes);
    mine.content = "second";
    mine.metadata = "{}";
    mine.updated_at = at(9);
    mine.last_useq = 10;
    changes.drafts.saved = {{row.id, mine, false}};
    store.put({row}, changes);
    CHECK(read_draft(store, row, user(1)) == text(mine));
    CHECK(read_draft(store, row, user(2)) == text(theirs));
}

TEMPLATE_TEST_CASE("drafts are removed before they are saved", "[storage]", WHISPR_STORES) {
    TestType store;
    const ConversationRow row = store.create(1, {user(1), user(2)});
    const DraftRow old = draft(1, user(1), "old");
    const DraftRow fresh = draft(2, user(1), "fresh");
    ChangeSet changes;
    changes.drafts.saved = {{row.id, old, true}, {row.id, draft(3, user(2), "kept"), true}};
    store.put({row}, changes);
    changes.drafts.removed = {{row.id, old, false}};
    changes.drafts.saved = {{row.id, fresh, true}};
    store.put({row}, changes);
    CHECK(read_draft(store, row, user(1)) == text(fresh));
    CHECK_FALSE(take(store.reader().concepts().drafts.locate_draft(old.id)));
    changes.drafts.removed = {{row.id, fresh, false}};
    changes.drafts.saved.clear();
    store.put({row}, changes);
    CHECK(read_draft(store, row, user(1)) == "none");
    CHECK(read_draft(store, row, user(2)) == text(draft(3, user(2), "kept")));
    // What is gone may be removed once more.
    store.put({row}, changes);
}

TEMPLATE_TEST_CASE("a member has one draft in a conversation", "[storage]", WHISPR_STORES) {
    TestType store;
    const ConversationRow row = store.create(1, {user(1), user(2)});
    ChangeSet changes;
    changes.drafts.saved = {{row.id, draft(1, user(1), "a"), true}};
    store.put({row}, changes);
    changes.drafts.saved = {{row.id, draft(2, user(1), "b"), true}};
    CHECK(store.refused({row}, changes).code == Errc::already_exists);
    changes.drafts.saved = {{row.id, draft(1, user(2), "same id"), true}};
    CHECK(store.refused({row}, changes).code == Errc::already_exists);
    changes.drafts.saved = {{row.id, draft(3, user(2), "was never created"), false}};
    CHECK(store.refused({row}, changes).code == Errc::internal);
    const ConversationRow other = store.create(2, {user(1), user(2)});
    changes.drafts.saved = {{other.id, draft(4, user(1), "not held"), true}};
    CHECK(store.refused({row}, changes).code == Errc::internal);
    CHECK(read_draft(store, row, user(1)) == text(draft(1, user(1), "a")));
}
