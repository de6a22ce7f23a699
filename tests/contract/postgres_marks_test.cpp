// Marks of what changed, while transactions overlap and servers change.
#include "only_conversation.hpp"
#include "postgres_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

using Since = ChangedRows::Since;

ChangedRows changed(const Program& program, std::optional<ChangeMark> since = {}) {
    return take(program.reader->changed({.user = user(1), .since = since}));
}

bool tells(const ChangedRows& found, std::uint64_t conversation, Eseq eseq) {
    for (const ChangedRow& row : found.rows) {
        if (row.id == id<ConversationId>(conversation) && row.eseq == eseq) return true;
    }
    return false;
}

/// A second conversation of the same user.
void make_other(LaneStorage& lane) {
    ConversationRow row;
    row.id = id<ConversationId>(2);
    row.member_count = 1;
    row.eseq = 1;
    ChangeSet changes;
    changes.members = {{row.id, {.user = user(1)}, true}};
    changes.conversations = {{row, true, false}};
    take(lane.begin({}));
    take(lane.write(changes));
    take(lane.commit());
}

void change_other(LaneStorage& lane) {
    const Locked locked = take(lane.begin({.conversations = {id<ConversationId>(2)}}));
    ChangeSet changes;
    changes.conversations = {{locked.conversations.front(), false, false}};
    ++changes.conversations.front().row.eseq;
    take(lane.write(changes));
    take(lane.commit());
}

struct TwoPrograms {
    SharedSchema schema;
    Program first{schema, "first"};
    Program second{schema, "second"};

    TwoPrograms() {
        CHECK_FALSE(send_next(*first.lane));
        make_other(*first.lane);
    }
};

}  // namespace

TEST_CASE("a transaction that commits after later ones is not left out", "[postgres]") {
    TwoPrograms on;
    const ChangeMark before = changed(on.second).now;
    const Locked held = take(on.first.lane->begin(only_conversation()));
    take(on.first.lane->write(next_message(held)));
    // Begins later, ends earlier.
    change_other(*on.second.lane);
    ChangedRows during = changed(on.second, before);
    CHECK(tells(during, 2, 2));
    CHECK_FALSE(tells(during, 1, 2));
    change_other(*on.second.lane);
    during = changed(on.second, during.now);
    CHECK(tells(during, 2, 3));
    CHECK_FALSE(tells(during, 1, 2));

    take(on.first.lane->commit());
    const ChangedRows after = changed(on.second, during.now);
    CHECK(after.since == Since::followed);
    CHECK(tells(after, 1, 2));
    CHECK(changed(on.second, after.now).rows.empty());
}

TEST_CASE("a row that an earlier transaction writes last is not left out", "[postgres]") {
    TwoPrograms on;
    // It has its number already when the other one writes the row that it will write, too.
    take(on.first.lane->begin({}));
    take(on.first.lane->load({.users = {user(9)}}));
    CHECK_FALSE(send_next(*on.second.lane));
    const ChangedRows during = changed(on.second);
    CHECK(tells(during, 1, 2));
    on.first.lane->rollback();
    CHECK_FALSE(send_next(*on.first.lane));
    CHECK(tells(changed(on.second, during.now), 1, 3));
}

TEST_CASE("marks that are held are said to be, and go on afterwards", "[postgres]") {
    TwoPrograms on;
    take(on.second.storage->ping());
    CHECK(on.second.storage->figures().marks_held.count() == 0);
    const Locked held = take(on.first.lane->begin(only_conversation()));
    take(on.first.lane->write(next_message(held)));
    change_other(*on.second.lane);
    const ChangeMark mark = changed(on.second).now;
    take(on.second.storage->ping());
    change_other(*on.second.lane);
    take(on.second.storage->ping());
    CHECK(on.second.storage->figures().marks_held.count() > 0);
    // Told again, and nothing is left out.
    CHECK(changed(on.second, mark).now == mark);
    CHECK(tells(changed(on.second, mark), 2, 3));
    on.first.lane->rollback();
    // A rollback is sent off and not waited for; this waits for it.
    take(on.second.lane->begin({.conversations = {id<ConversationId>(1)}, .wait = true}));
    on.second.lane->rollback();
    CHECK_FALSE(send_next(*on.second.lane));
    take(on.second.storage->ping());
    CHECK(on.second.storage->figures().marks_held.count() == 0);
    CHECK(changed(on.second, mark).now.number > mark.number);
}

TEST_CASE("numbers that the server has not given out draw a new epoch, once", "[postgres]") {
    SharedSchema schema;
    ChangeMark mark;
    {
        Program before{schema, "before"};
        CHECK_FALSE(send_next(*before.lane));
        mark = changed(before).now;
    }
    (void)schema.ask("UPDATE conversations SET changed = changed + 1000000000");
    Program after{schema, "after"};
    const Uuid second = after.storage->epoch();
    CHECK_FALSE(second == mark.epoch);
    CHECK(after.log->errors().find("not given out") != std::string::npos);
    CHECK(changed(after, mark).since == Since::elsewhere);
    CHECK(tells(changed(after, mark), 1, 1));
    CHECK_FALSE(send_next(*after.lane));
    CHECK(tells(changed(after, changed(after).now), 1, 2) == false);

    Program again{schema, "again"};
    CHECK(again.storage->epoch() == second);
    CHECK(again.log->errors().empty());
}
