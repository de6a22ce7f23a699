#include <algorithm>

#include "storage_contract.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

ScheduleRow schedule(std::uint64_t number, UserId by, std::int64_t due_at) {
    return {.id = id<ScheduleId>(number),
            .sender = by,
            .type = MessageType::media,
            .content = std::string("bytes \0\xff", 8),
            .metadata = R"({"a":"é"})",
            .client_random = static_cast<std::int64_t>(number) << 33U,
            .op_id = std::nullopt,
            .scheduled_at = at(due_at),
            .status = ScheduleStatus::pending,
            .created_at = at(1),
            .updated_at = at(2),
            .last_useq = 3};
}

std::string text(const std::pair<ConversationId, ScheduleRow>& placed) {
    const auto& [conversation, row] = placed;
    const auto micros = [](Time time) { return std::to_string(time.time_since_epoch().count()); };
    return row.id.to_string() + " in " + conversation.to_string() + " of " +
           row.sender.to_string() + ": " + row.content + " " + row.metadata + " " +
           std::string(to_string(row.type)) + " " + std::string(to_string(row.status)) + " " +
           std::to_string(row.client_random) + " " +
           (row.op_id ? row.op_id->to_string() : std::string("-")) + " " +
           micros(row.scheduled_at) + " " + micros(row.created_at) + " " + micros(row.updated_at) +
           " " + std::to_string(row.last_useq);
}

using Texts = std::vector<std::string>;

Texts texts(const std::vector<std::pair<ConversationId, ScheduleRow>>& rows) {
    Texts all;
    for (const auto& placed : rows)
        all.push_back(text(placed));
    return all;
}

LoadedSchedules load(Store& store, const ScheduleKeys& wanted) {
    LoadKeys keys;
    keys.schedules = wanted;
    store.begin();
    Loaded loaded = store.load(keys);
    store.lane().rollback();
    return std::move(loaded.schedules);
}

void put(Store& store, const ConversationRow& row, std::vector<ScheduleRow> schedules,
         bool created = true) {
    ChangeSet changes;
    for (ScheduleRow& one : schedules)
        changes.schedules.written.push_back({row.id, std::move(one), created});
    store.put({row}, changes);
}

std::vector<std::uint8_t> due_at(Store& store, std::int64_t second, std::size_t limit = 100) {
    std::vector<std::uint8_t> numbers;
    const auto due = take(store.reader().concepts().due.due_schedules(at(second), limit));
    for (const DueSchedule& found : due)
        numbers.push_back(found.schedule.uuid.bytes[15]);
    return numbers;
}

}  // namespace

TEMPLATE_TEST_CASE("a schedule is what was written, for the lane and for readers", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    const ConversationRow row = store.create(1, {user(1), user(2)});
    ScheduleRow one = schedule(1, user(1), 50);
    one.op_id = id<OpId>(7);
    const ScheduleRow two = schedule(2, user(2), 60);
    put(store, row, {one, two});
    store.reopen();
    CHECK(texts(load(store, {.ids = {one.id, two.id, id<ScheduleId>(9)}}).rows).size() == 2);
    CHECK(texts(load(store, {.ids = {one.id}}).rows) == Texts{text({row.id, one})});
    auto& reader = store.reader().concepts().schedules;
    CHECK(texts(take(reader.schedules({.sender = user(1)}))) == Texts{text({row.id, one})});
    const auto place = take(reader.locate_schedule(two.id));
    REQUIRE(place);
    CHECK(place->first == row.id);
    CHECK(place->second == user(2));
    CHECK_FALSE(take(reader.locate_schedule(id<ScheduleId>(9))));

    one.type = MessageType::text;
    one.content = "changed";
    one.metadata = "{}";
    one.scheduled_at = at(70);
    one.status = ScheduleStatus::failed;
    one.updated_at = at(5);
    one.last_useq = 8;
    put(store, row, {one}, false);
    CHECK(texts(load(store, {.ids = {one.id}}).rows) == Texts{text({row.id, one})});
    CHECK(texts(load(store, {.ids = {two.id}}).rows) == Texts{text({row.id, two})});
}

TEMPLATE_TEST_CASE("a schedule's twins are found by sender and token or operation, each once",
                   "[storage]", WHISPR_STORES) {
    TestType store;
    const ConversationRow row = store.create(1, {user(1), user(2)});
    ScheduleRow one = schedule(1, user(1), 50);
    one.op_id = id<OpId>(7);
    const ScheduleRow two = schedule(2, user(1), 60);
    const ScheduleRow foreign = schedule(3, user(2), 60);
    put(store, row, {one, two, foreign});
    const auto twins = [&](const ScheduleTwins& wanted) {
        return load(store, {.twins = {wanted}}).rows.size();
    };
    CHECK(twins({user(1), one.client_random, std::nullopt}) == 1);
    CHECK(twins({user(1), one.client_random, one.op_id}) == 1);
    CHECK(twins({user(1), two.client_random, one.op_id}) == 2);
    CHECK(twins({user(1), foreign.client_random, std::nullopt}) == 0);
    CHECK(twins({user(2), one.client_random, one.op_id}) == 0);
    const auto rows =
        load(store, {.ids = {one.id}, .twins = {{user(1), one.client_random, one.op_id}}}).rows;
    CHECK(texts(rows) == Texts{text({row.id, one})});
}

TEMPLATE_TEST_CASE("pending schedules are counted for every user that was named", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    const ConversationRow row = store.create(1, {user(1), user(2)});
    const ConversationRow other = store.create(2, {user(1), user(2)});
    ScheduleRow sent = schedule(3, user(1), 50);
    sent.status = ScheduleStatus::sent;
    put(store, row, {schedule(1, user(1), 50), sent, schedule(4, user(2), 50)});
    put(store, other, {schedule(2, user(1), 50)});
    auto pending = load(store, {.pending_of = {user(1), user(2), user(3)}}).pending;
    std::sort(pending.begin(), pending.end());
    using Counts = std::vector<std::pair<UserId, std::size_t>>;
    CHECK(pending == Counts{{user(1), 2}, {user(2), 1}, {user(3), 0}});
}

TEMPLATE_TEST_CASE("a schedule's keys are unique", "[storage]", WHISPR_STORES) {
    TestType store;
    const ConversationRow row = store.create(1, {user(1), user(2)});
    ScheduleRow one = schedule(1, user(1), 50);
    one.op_id = id<OpId>(7);
    put(store, row, {one});
    const auto refused = [&](const ScheduleRow& other, bool created = true) {
        ChangeSet changes;
        changes.schedules.written = {{row.id, other, created}};
        return store.refused({row}, changes).code;
    };
    ScheduleRow two = schedule(2, user(1), 50);
    two.client_random = one.client_random;
    CHECK(refused(two) == Errc::already_exists);
    two.client_random = 2;
    two.op_id = one.op_id;
    CHECK(refused(two) == Errc::already_exists);
    two.op_id = std::nullopt;
    two.id = one.id;
    CHECK(refused(two) == Errc::already_exists);
    CHECK(refused(schedule(9, user(1), 50), false) == Errc::internal);
    two = one;
    two.id = id<ScheduleId>(2);
    two.sender = user(2);
    put(store, row, {two});
    ChangeSet changes;
    const ConversationRow other = store.create(2, {user(1), user(2)});
    changes.schedules.written = {{other.id, schedule(5, user(1), 50), true}};
    CHECK(store.refused({row}, changes).code == Errc::internal);
}

TEMPLATE_TEST_CASE("schedules are listed soonest first, by status, conversation and page",
                   "[storage]", WHISPR_STORES) {
    TestType store;
    const ConversationRow row = store.create(1, {user(1), user(2)});
    const ConversationRow other = store.create(2, {user(1), user(2)});
    ScheduleRow sent = schedule(6, user(1), 10);
    sent.status = ScheduleStatus::sent;
    put(store, row, {schedule(1, user(1), 70), schedule(2, user(1), 50), sent});
    put(store, other, {schedule(3, user(1), 60), schedule(5, user(1), 50)});
    put(store, row, {schedule(4, user(2), 55)});
    const auto listed = [&](const ScheduleQuery& query) {
        std::vector<int> numbers;
        for (const auto& [conversation, found] :
             take(store.reader().concepts().schedules.schedules(query))) {
            numbers.push_back(found.id.uuid.bytes[15]);
        }
        return numbers;
    };
    using Numbers = std::vector<int>;
    CHECK(listed({.sender = user(1)}) == Numbers{2, 5, 3, 1});
    CHECK(listed({.sender = user(1), .conversation = row.id}) == Numbers{2, 1});
    CHECK(listed({.sender = user(1), .conversation = id<ConversationId>(9)}).empty());
    CHECK(listed({.sender = user(1), .status = ScheduleStatus::sent}) == Numbers{6});
    CHECK(listed({.sender = user(1), .limit = 2, .offset = 1}) == Numbers{5, 3});
    CHECK(listed({.sender = user(1), .limit = 2, .offset = 4}).empty());
    CHECK(listed({.sender = user(3)}).empty());
}

TEMPLATE_TEST_CASE("what is due is found soonest first, while it is pending", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    const ConversationRow row = store.create(1, {user(1), user(2)});
    auto next = [&] { return take(store.reader().concepts().due.next_due()); };
    CHECK_FALSE(next());
    CHECK(due_at(store, 1'000'000).empty());
    ScheduleRow soon = schedule(2, user(1), 50);
    put(store, row, {schedule(1, user(1), 60), soon, schedule(3, user(2), 70)});
    CHECK(next() == at(50));
    using Numbers = std::vector<std::uint8_t>;
    CHECK(due_at(store, 49).empty());
    CHECK(due_at(store, 50) == Numbers{2});
    CHECK(due_at(store, 99) == Numbers{2, 1, 3});
    CHECK(due_at(store, 99, 2) == Numbers{2, 1});
    const auto due = take(store.reader().concepts().due.due_schedules(at(99), 100));
    CHECK(due.front().sender == user(1));
    CHECK(due.back().sender == user(2));
    CHECK(due.back().conversation == row.id);
    soon.status = ScheduleStatus::sent;
    put(store, row, {soon}, false);
    CHECK(next() == at(60));
    CHECK(due_at(store, 99) == Numbers{1, 3});
}

TEMPLATE_TEST_CASE("messages whose time is over are found until they are deleted", "[storage]",
                   WHISPR_STORES) {
    TestType store;
    ConversationRow row = store.create(1, {user(1), user(2)});
    ConversationRow other = store.create(2, {user(1), user(2)});
    const auto expiring = [](std::int64_t second) {
        MessageRow message;
        message.content = "brief";
        message.expires_at = at(second);
        return message;
    };
    MessageRow late = store.send(row, user(1), expiring(80));
    MessageRow early = store.send(other, user(1), expiring(60));
    store.send(row, user(1));
    put(store, row, {schedule(1, user(1), 70)});
    auto& due = store.reader().concepts().due;
    CHECK(take(due.next_due()) == at(60));
    CHECK(take(due.expired_messages(at(59), 10)).empty());
    auto expired = take(due.expired_messages(at(80), 10));
    REQUIRE(expired.size() == 2);
    CHECK(expired[0].conversation == other.id);
    CHECK(expired[0].no == other.no);
    CHECK(expired[0].mseq == 1);
    CHECK(expired[1].conversation == row.id);
    CHECK(take(due.expired_messages(at(80), 1)).size() == 1);

    const auto bury = [&](ConversationRow& in, MessageRow& message) {
        message.deleted = true;
        message.content.clear();
        message.last_eseq = ++in.eseq;
        message.updated_at = at(90);
        ChangeSet changes;
        changes.messages_changed = {message};
        changes.conversations = {{in, false, false}};
        store.put({in}, changes);
    };
    bury(other, early);
    CHECK(take(due.next_due()) == at(70));
    expired = take(due.expired_messages(at(80), 10));
    REQUIRE(expired.size() == 1);
    CHECK(expired[0].no == row.no);
    bury(row, late);
    CHECK(take(due.expired_messages(at(80), 10)).empty());
    ScheduleRow cancelled = schedule(1, user(1), 70);
    cancelled.status = ScheduleStatus::cancelled;
    put(store, row, {cancelled}, false);
    CHECK_FALSE(take(due.next_due()));
}
