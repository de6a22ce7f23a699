// What several lanes, in one program or in several, see of each other.
#include <algorithm>
#include <array>
#include <future>

#include "only_conversation.hpp"
#include "postgres_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

/// Two programs on one schema that has a conversation.
struct TwoPrograms {
    SharedSchema schema;
    Program first{schema, "first"};
    Program second{schema, "second"};

    TwoPrograms() { CHECK_FALSE(send_next(*first.lane)); }
};

std::string ids_of(const std::vector<ConversationRow>& rows) {
    std::string text;
    for (const ConversationRow& row : rows)
        text += row.id.to_string() + " ";
    return text;
}

using Users = std::vector<std::pair<UserId, Useq>>;

/// Holds the only conversation, or none when it is of no importance, and reads the users' numbers.
Users draw(LaneStorage& lane, const std::vector<UserId>& users) {
    take(lane.begin({}));
    return take(lane.load({.users = users})).users;
}

void keep(LaneStorage& lane, Users users) {
    ChangeSet changes;
    changes.users = std::move(users);
    take(lane.write(changes));
    take(lane.commit());
}

}  // namespace

TEST_CASE("a conversation that another lane holds is busy, and not missing", "[postgres]") {
    TwoPrograms on;
    const ConversationId held = id<ConversationId>(1);
    const ConversationId missing = id<ConversationId>(9);
    const auto same_program = take(on.first.storage->open_lane());
    take(on.first.lane->begin({.conversations = {held}}));
    for (LaneStorage* const other : {on.second.lane.get(), same_program.get()}) {
        const Locked locked = take(other->begin({.conversations = {held, missing}}));
        CHECK(locked.conversations.empty());
        CHECK(locked.busy == std::vector<ConversationId>{held});
        other->rollback();
    }
    on.first.lane->rollback();
    // A rollback is sent off and not waited for.
    const Locked locked =
        take(on.second.lane->begin({.conversations = {held, missing}, .wait = true}));
    CHECK(ids_of(locked.conversations) == held.to_string() + " ");
    CHECK(locked.busy.empty());
}

TEST_CASE("a lane that waits gets the conversation as the other one has left it", "[postgres]") {
    TwoPrograms on;
    LockKeys keys = only_conversation();
    const Locked held = take(on.first.lane->begin(keys));
    keys.wait = true;
    auto waiting = std::async(std::launch::async, [&] { return on.second.lane->begin(keys); });
    on.schema.wait_until_waiting("second");
    take(on.first.lane->write(next_message(held)));
    take(on.first.lane->commit());
    const Locked locked = take(waiting.get());
    REQUIRE(locked.conversations.size() == 1);
    CHECK(locked.conversations.front().mseq == 2);
    CHECK(locked.busy.empty());
}

TEST_CASE("a lane that has waited too long has done nothing and goes on", "[postgres]") {
    TwoPrograms on;
    PostgresOptions impatient = on.schema.options("impatient");
    impatient.lock_timeout = std::chrono::milliseconds(200);
    Program third{impatient};
    LockKeys keys = only_conversation();
    take(on.first.lane->begin(keys));
    keys.wait = true;
    const auto waited = third.lane->begin(keys);
    REQUIRE_FALSE(waited);
    CHECK(waited.error().code == Errc::stale);
    CHECK(waited.error().text.find("wait for conversations: another transaction was in the way") !=
          std::string::npos);
    third.lane->rollback();
    CHECK(take(third.lane->begin(only_conversation())).busy.size() == 1);
    third.lane->rollback();
    on.first.lane->rollback();
    CHECK(take(third.lane->begin(keys)).conversations.size() == 1);
    third.lane->rollback();
    CHECK_FALSE(send_next(*third.lane));
    CHECK(stored_numbers(*on.first.reader) == up_to(2));
}

TEST_CASE("two lanes never draw the same number of a user", "[postgres]") {
    TwoPrograms on;
    const UserId one = user(1);
    const bool known = GENERATE(false, true);
    if (known) {
        CHECK(draw(*on.first.lane, {one}).empty());
        keep(*on.first.lane, {{one, 7}});
    }
    const Users before = draw(*on.first.lane, {one});
    CHECK(before == (known ? Users{{one, 7}} : Users{}));
    auto second = std::async(std::launch::async, [&] { return draw(*on.second.lane, {one}); });
    on.schema.wait_until_waiting("second");
    SECTION("the first one draws") {
        keep(*on.first.lane, {{one, 8}});
        CHECK(second.get() == Users{{one, 8}});
    }
    SECTION("the first one gives up") {
        on.first.lane->rollback();
        CHECK(second.get() == before);
    }
    keep(*on.second.lane, {{one, 9}});
    CHECK(draw(*on.first.lane, {one}) == Users{{one, 9}});
}

TEST_CASE("a number of a user that is lost with its connection is drawn again", "[postgres]") {
    TwoPrograms on;
    CHECK(draw(*on.first.lane, {user(1)}).empty());
    auto second = std::async(std::launch::async, [&] { return draw(*on.second.lane, {user(1)}); });
    on.schema.wait_until_waiting("second");
    on.schema.terminate("first");
    CHECK(second.get().empty());
    keep(*on.second.lane, {{user(1), 1}});
    on.first.lane->rollback();
    CHECK(draw(*on.first.lane, {user(1)}) == Users{{user(1), 1}});
}

TEST_CASE("a direct pair that two lanes create at once is created by one of them", "[postgres]") {
    TwoPrograms on;
    const UserPair pair = UserPair::of(user(1), user(2));
    const auto create = [&pair](Program& program, std::uint64_t number, Users users) {
        ChangeSet changes;
        ConversationRow row;
        row.id = id<ConversationId>(number);
        row.type = ConversationType::direct;
        changes.conversations = {{row, true, false}};
        changes.pairs_created = {{pair, row.id}};
        changes.users = std::move(users);
        Result<void> done = program.lane->write(changes);
        if (done) done = program.lane->commit();
        return done;
    };
    LockKeys keys;
    keys.pairs = {pair};
    CHECK(take(on.first.lane->begin(keys)).pairs.empty());
    CHECK(take(on.second.lane->begin(keys)).pairs.empty());
    // Users are written last: this one keeps the first lane within its transaction.
    Program third{on.schema, "third"};
    draw(*third.lane, {user(9)});
    auto first = std::async(std::launch::async, [&] {
        return create(on.first, 11, {{user(9), 1}});
    });
    on.schema.wait_until_waiting("first");
    auto second = std::async(std::launch::async, [&] { return create(on.second, 12, {}); });
    on.schema.wait_until_waiting("second");
    SECTION("the other one is told, and finds it") {
        third.lane->rollback();
        take(first.get());
        const Result<void> refused = second.get();
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Errc::already_exists);
        on.second.lane->rollback();
        const Locked locked = take(on.second.lane->begin(keys));
        REQUIRE(locked.pairs.size() == 1);
        CHECK(locked.pairs.front().second == id<ConversationId>(11));
    }
    SECTION("it is the other one when the first gives up") {
        on.schema.terminate("first");
        CHECK(first.get().error().code == Errc::unavailable);
        take(second.get());
        third.lane->rollback();
        CHECK(take(on.first.lane->begin(keys)).pairs.front().second == id<ConversationId>(12));
    }
}

TEST_CASE("there are as many lanes as were asked for", "[postgres]") {
    TwoPrograms on;
    const auto last = take(on.first.storage->open_lane());
    const auto refused = on.first.storage->open_lane();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::unavailable);
    on.first.lane.reset();
    take(on.first.storage->open_lane());
}
