#include "storage_contract.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

PinRow pin(Mseq mseq, std::uint64_t number, UserId by, Time when) {
    return {.mseq = mseq, .id = id<PinId>(number), .pinned_by = by, .pinned_at = when};
}

std::vector<std::string> texts(const std::vector<PinRow>& rows) {
    std::vector<std::string> found;
    for (const PinRow& row : rows)
        found.push_back(text(row));
    return found;
}

/// As a reader sees them, and as a lane does.
std::vector<std::string> pins_in(Store& store, const ConversationRow& row) {
    store.begin({.conversations = {row.id}});
    LoadKeys keys;
    keys.pins.of.push_back(row.no);
    std::vector<PinRow> loaded;
    for (const auto& [no, found] : store.load(keys).pins.of) {
        CHECK(no == row.no);
        loaded.push_back(found);
    }
    store.lane().rollback();
    const auto read = texts(take(store.reader().concepts().pins.pins(row.no)));
    CHECK(texts(loaded) == read);
    return read;
}

}  // namespace

TEMPLATE_TEST_CASE("pins of a conversation come newest first", "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    ConversationRow other = store.create(2, {user(1), user(2)});
    store.send_many(row, user(1), 4);
    store.send_many(other, user(1), 1);
    CHECK(pins_in(store, row).empty());
    const PinRow late = pin(1, 3, user(1), at(9));
    const PinRow early = pin(4, 2, user(2), at(3));
    const PinRow same_time = pin(2, 1, user(2), at(3));
    ChangeSet changes;
    for (const PinRow& created : {early, late, same_time})
        changes.pins.created.push_back({row.id, created, true});
    changes.pins.created.push_back({other.id, pin(1, 7, user(1), at(5)), true});
    store.put({row, other}, changes);
    store.reopen();
    CHECK(pins_in(store, row) == std::vector{text(late), text(early), text(same_time)});
    CHECK(pins_in(store, other).size() == 1);
    CHECK(take(store.reader().concepts().pins.pins(row.no + 100)).empty());
}

TEMPLATE_TEST_CASE("a lane loads the pins of several conversations at once", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1)});
    ConversationRow other = store.create(2, {user(1)});
    store.send_many(row, user(1), 2);
    store.send_many(other, user(1), 1);
    ChangeSet changes;
    changes.pins.created = {{row.id, pin(1, 1, user(1), at(1)), true},
                            {row.id, pin(2, 2, user(1), at(2)), true},
                            {other.id, pin(1, 3, user(1), at(3)), true}};
    store.put({row, other}, changes);
    store.begin({.conversations = {row.id, other.id}});
    LoadKeys keys;
    keys.pins.of = {row.no, other.no};
    std::size_t in_other = 0;
    const auto loaded = store.load(keys).pins.of;
    store.lane().rollback();
    CHECK(loaded.size() == 3);
    for (const auto& [no, found] : loaded) {
        if (no != other.no) continue;
        ++in_other;
        CHECK(text(found) == text(pin(1, 3, user(1), at(3))));
    }
    CHECK(in_other == 1);
}

TEMPLATE_TEST_CASE("a message has one pin", "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    store.send_many(row, user(1), 2);
    ChangeSet changes;
    changes.pins.created = {{row.id, pin(1, 1, user(1), at(1)), true}};
    store.put({row}, changes);
    changes.pins.created = {{row.id, pin(1, 2, user(2), at(2)), true}};
    CHECK(store.refused({row}, changes).code == Errc::already_exists);
    changes.pins.created = {{row.id, pin(2, 3, user(1), at(2)), true},
                            {row.id, pin(2, 4, user(2), at(2)), true}};
    CHECK(store.refused({row}, changes).code == Errc::already_exists);
    CHECK(pins_in(store, row) == std::vector{text(pin(1, 1, user(1), at(1)))});
}

TEMPLATE_TEST_CASE("pins are removed, then created", "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    store.send_many(row, user(1), 3);
    ChangeSet changes;
    changes.pins.created = {{row.id, pin(1, 1, user(1), at(1)), true},
                            {row.id, pin(2, 2, user(1), at(2)), true}};
    store.put({row}, changes);
    changes.pins.removed = {{row.id, pin(1, 1, user(1), at(1)), false},
                            {row.id, pin(2, 2, user(1), at(2)), false},
                            {row.id, pin(3, 9, user(1), at(2)), false}};
    changes.pins.created = {{row.id, pin(1, 3, user(2), at(3)), true}};
    store.put({row}, changes);
    store.reopen();
    CHECK(pins_in(store, row) == std::vector{text(pin(1, 3, user(2), at(3)))});
}

TEMPLATE_TEST_CASE("a pin is written to a held conversation alone", "[storage]", WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    store.send_many(row, user(1), 1);
    ChangeSet changes;
    changes.pins.created = {{row.id, pin(1, 1, user(1), at(1)), true}};
    CHECK(store.refused({}, changes).code == Errc::internal);
    CHECK(pins_in(store, row).empty());
}
