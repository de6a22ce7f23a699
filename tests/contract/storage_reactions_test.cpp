#include "storage_contract.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

ReactionRow reaction(Mseq mseq, std::uint64_t number, UserId by, std::string sign, Time when) {
    return {.mseq = mseq,
            .id = id<ReactionId>(number),
            .user = by,
            .reaction = std::move(sign),
            .created_at = when};
}

std::vector<std::string> reactions_in(Store& store, const ConversationRow& row, Mseq mseq) {
    store.begin({.conversations = {row.id}});
    std::vector<std::string> texts;
    for (const auto& [no, found] : store.load({.reactions_of = {{row.no, mseq}}}).reactions) {
        CHECK(no == row.no);
        texts.push_back(text(found));
    }
    store.lane().rollback();
    return texts;
}

}  // namespace

TEMPLATE_TEST_CASE("reactions are loaded oldest first", "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    store.send_many(row, user(1), 2);
    const ReactionRow late = reaction(1, 1, user(1), "☀", at(9));
    const ReactionRow early = reaction(1, 3, user(2), "☀", at(3));
    const ReactionRow same_time = reaction(1, 2, user(2), "👍🏽", at(3));
    const ReactionRow elsewhere = reaction(2, 4, user(1), "☀", at(1));
    ChangeSet changes;
    for (const ReactionRow& added : {late, early, same_time, elsewhere}) {
        changes.reactions_added.push_back({row.id, added, true});
    }
    store.put({row}, changes);
    store.reopen();
    CHECK(reactions_in(store, row, 1) == std::vector{text(same_time), text(early), text(late)});
    const PageRows page = store.page({.no = row.no, .reader = user(1), .now = at(0)});
    REQUIRE(page.reactions.size() == 4);
    CHECK(text(page.reactions[0].second) == text(same_time));
    CHECK(text(page.reactions[3].second) == text(elsewhere));
}

TEMPLATE_TEST_CASE("a reaction is a set of message, user and sign", "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    store.send_many(row, user(1), 2);
    ChangeSet changes;
    changes.reactions_added = {{row.id, reaction(1, 1, user(1), "a", at(1)), true},
                               {row.id, reaction(1, 2, user(1), "A", at(1)), true},
                               {row.id, reaction(1, 3, user(2), "a", at(1)), true},
                               {row.id, reaction(2, 4, user(1), "a", at(1)), true}};
    store.put({row}, changes);
    changes.reactions_added = {{row.id, reaction(1, 9, user(1), "a", at(2)), true}};
    CHECK(store.refused({row}, changes).code == Errc::already_exists);
    changes.reactions_added = {{row.id, reaction(2, 9, user(2), "a", at(2)), true},
                               {row.id, reaction(2, 8, user(2), "a", at(2)), true}};
    CHECK(store.refused({row}, changes).code == Errc::already_exists);
    CHECK(reactions_in(store, row, 1).size() == 3);
    CHECK(reactions_in(store, row, 2).size() == 1);
}

TEMPLATE_TEST_CASE("reactions are cleared, then removed, then added", "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    store.send_many(row, user(1), 3);
    ChangeSet changes;
    for (const Mseq mseq : {1, 2, 3}) {
        const auto number = static_cast<std::uint64_t>(mseq);
        changes.reactions_added.push_back(
            {row.id, reaction(mseq, number, user(1), "a", at(1)), true});
    }
    store.put({row}, changes);
    changes.reactions_cleared = {{row.no, 1}};
    changes.reactions_removed = {{row.id, reaction(2, 2, user(1), "a", at(1)), false},
                                 {row.id, reaction(3, 9, user(1), "not there", at(1)), false}};
    changes.reactions_added = {{row.id, reaction(1, 5, user(1), "a", at(2)), true},
                               {row.id, reaction(2, 6, user(1), "a", at(2)), true}};
    store.put({row}, changes);
    CHECK(reactions_in(store, row, 1) == std::vector{text(reaction(1, 5, user(1), "a", at(2)))});
    CHECK(reactions_in(store, row, 2) == std::vector{text(reaction(2, 6, user(1), "a", at(2)))});
    CHECK(reactions_in(store, row, 3) == std::vector{text(reaction(3, 3, user(1), "a", at(1)))});
}

TEMPLATE_TEST_CASE("a page shows the reactions of its messages alone", "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    store.send_many(row, user(1), 6);
    ChangeSet changes;
    for (Mseq mseq = 1; mseq <= 6; ++mseq) {
        const auto number = static_cast<std::uint64_t>(mseq);
        changes.reactions_added.push_back(
            {row.id, reaction(mseq, number, user(2), "a", at(mseq)), true});
    }
    store.put({row}, changes);
    store.hide(row, user(2), 4);
    for (const bool rising : {false, true}) {
        PageQuery query{.no = row.no, .reader = user(2), .now = at(0), .limit = 3};
        if (rising) query.after_mseq = 2;
        if (!rising) query.before_mseq = 7;
        std::vector<Mseq> numbers;
        for (const auto& [no, found] : store.page(query).reactions)
            numbers.push_back(found.mseq);
        CHECK(numbers == std::vector<Mseq>{3, 5, 6});
    }
}
