#include "storage_contract.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

SenderKeyRow key(UserId owner, std::string public_key, Time first_used,
                 std::optional<Time> revoked = {}) {
    return {owner, {std::move(public_key), "phone", first_used, revoked}};
}

std::string text(const SenderKey& key) {
    return key.public_key + " of " + key.device + " at " +
           std::to_string(key.first_used_at.time_since_epoch().count()) +
           (key.revoked_at ? " until " + std::to_string(key.revoked_at->time_since_epoch().count())
                           : std::string());
}

std::vector<std::string> keys_of(Store& store, UserId owner) {
    std::vector<std::string> texts;
    for (const SenderKey& one : take(store.reader().concepts().sender_keys.sender_keys(owner)))
        texts.push_back(text(one));
    return texts;
}

}  // namespace

TEMPLATE_TEST_CASE("a user's keys are read and loaded oldest first", "[storage]", WHISPR_STORES) {
    TestType store;
    const SenderKeyRow late = key(user(1), "a+/=", at(9));
    const SenderKeyRow early = key(user(1), "b", at(3), at(4));
    const SenderKeyRow same_time = key(user(1), "c", at(3));
    const SenderKeyRow of_another = key(user(2), "a+/=", at(1));
    ChangeSet changes;
    changes.sender_keys.created = {late, same_time, of_another, early};
    store.put({}, changes);
    store.reopen();
    CHECK(keys_of(store, user(1)) ==
          std::vector{text(early.key), text(same_time.key), text(late.key)});
    CHECK(keys_of(store, user(2)) == std::vector{text(of_another.key)});
    CHECK(keys_of(store, user(3)).empty());

    store.begin();
    const auto loaded = store.load({.sender_keys = {{user(1), user(2), user(3)}}}).sender_keys.of;
    store.lane().rollback();
    CHECK(loaded.size() == 4);
    std::vector<std::string> of_first;
    for (const SenderKeyRow& row : loaded) {
        if (row.user == user(1)) of_first.push_back(text(row.key));
    }
    CHECK(of_first == std::vector{text(early.key), text(same_time.key), text(late.key)});
}

TEMPLATE_TEST_CASE("a key that is known keeps its first use", "[storage]", WHISPR_STORES) {
    TestType store;
    const SenderKeyRow first = key(user(1), "k", at(1), at(2));
    ChangeSet changes;
    changes.sender_keys.created = {first};
    store.put({}, changes);
    changes.sender_keys.created = {key(user(1), "k", at(5))};
    store.put({}, changes);
    CHECK(keys_of(store, user(1)) == std::vector{text(first.key)});
}

TEMPLATE_TEST_CASE("a key is revoked for its owner alone", "[storage]", WHISPR_STORES) {
    TestType store;
    ChangeSet changes;
    changes.sender_keys.created = {key(user(1), "k", at(1)), key(user(1), "l", at(2)),
                                   key(user(2), "k", at(3))};
    store.put({}, changes);
    const SenderKeyRow revoked = key(user(1), "k", at(1), at(7));
    changes.sender_keys = {};
    changes.sender_keys.changed = {revoked};
    store.put({}, changes);
    store.reopen();
    CHECK(keys_of(store, user(1)) ==
          std::vector{text(revoked.key), text(key(user(1), "l", at(2)).key)});
    CHECK(keys_of(store, user(2)) == std::vector{text(key(user(2), "k", at(3)).key)});
}

TEMPLATE_TEST_CASE("a key that is not there cannot be revoked", "[storage]", WHISPR_STORES) {
    TestType store;
    ChangeSet changes;
    changes.sender_keys.changed = {key(user(1), "k", at(1), at(7))};
    CHECK(store.refused({}, changes).code == Errc::internal);
}
