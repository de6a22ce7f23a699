#include <catch2/catch.hpp>

#include "schedules/scheduling.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

using On = Scheduling<ManualEngine>;
constexpr std::chrono::microseconds micro{1};
constexpr std::chrono::microseconds minute = std::chrono::seconds(60);

class Blocks final : public Contacts {
 public:
    bool blocked(UserId a, UserId b) noexcept override { return all && (a == alice || b == alice); }
    bool shows_reading(UserId) noexcept override { return true; }

    bool all = true;
};

// Mutes a member behind the engine's back, while there is none.
void mute(On& on, ConversationId id, UserId user, Time until) {
    on.engine.reset();
    const auto lane = *on.options.storage->open_lane();
    const Locked locked = lane->begin({.conversations = {id}}).value();
    ConversationRow row = locked.conversations.at(0);
    const Loaded loaded = lane->load({.members_of = {row.no}}).value();
    ChangeSet changes;
    for (const auto& [no, member] : loaded.members) {
        if (member.user != user) continue;
        MemberRow muted = member;
        muted.muted_until = until;
        muted.last_eseq = row.members_eseq = ++row.eseq;
        changes.members.push_back({id, muted, false});
    }
    changes.conversations.push_back({row, false, false});
    REQUIRE(lane->write(changes));
    REQUIRE(lane->commit());
}

}  // namespace

TEST_CASE("a scheduled message is sent at its moment, not before", "[schedules]") {
    On on;
    const auto id = on.direct(alice, bob);
    CreateSchedule command = on.later(id, std::chrono::minutes(90), "on time");
    command.metadata = R"({"mood":"good"})";
    command.client_random = 42;
    const Schedule made = on.schedule(alice, command).value();
    on.executor->advance(std::chrono::minutes(90) - micro);
    CHECK(on.contents(bob, id).empty());
    on.sink->clear();
    on.executor->advance(micro);

    PageRequest request;
    request.conversation = id;
    const auto page = on.page(bob, request).value().messages;
    REQUIRE(page.size() == 1);
    CHECK(page[0].content == "on time");
    CHECK(page[0].sender == alice);
    CHECK(page[0].client_random == 42);
    CHECK(page[0].op_id == OpId{made.id.uuid});
    CHECK(page[0].sent_at == made.scheduled_at);
    CHECK(page[0].metadata ==
          R"({"mood":"good","scheduled_message_id":")" + made.id.to_string() + "\"}");
    CHECK(on.texts(alice).empty());
    CHECK(on.texts(alice, ScheduleStatus::sent).size() == 1);
    CHECK(on.unread(bob, id) == 1);

    // Everybody is told of a message like any other, and the sender of the schedule.
    const auto told = on.sink->all();
    REQUIRE(told.size() == 2);
    CHECK(std::get<MessageCreated>(told[0].what).message->id == page[0].id);
    CHECK(told[0].audience->users == std::vector{alice, bob});
    CHECK(told[0].eseq == page[0].eseq);
    const auto changed = std::get<ScheduleChanged>(told[1].what).schedule;
    CHECK(changed.status == ScheduleStatus::sent);
    CHECK(changed.useq == 2);
    CHECK(told[1].user == alice);
}

TEST_CASE("a schedule that is nearer than what was waited for is sent in time", "[schedules]") {
    On on;
    const auto id = on.direct(alice, bob);
    (void)on.schedule(alice, id, std::chrono::hours(5), "far").value();
    (void)on.schedule(bob, id, 2 * minute, "near").value();
    on.executor->advance(minute / 2);
    (void)on.schedule(alice, id, minute, "nearest").value();
    on.executor->advance(minute - micro);
    CHECK(on.contents(bob, id).empty());
    on.executor->advance(micro);
    CHECK(on.contents(bob, id) == std::vector<std::string>{"nearest"});
    on.executor->advance(minute / 2 - micro);
    CHECK(on.contents(bob, id).size() == 1);
    on.executor->advance(micro);
    CHECK(on.contents(bob, id) == std::vector<std::string>{"near", "nearest"});
    on.executor->advance(std::chrono::hours(6));
    CHECK(on.contents(bob, id) == std::vector<std::string>{"far", "near", "nearest"});
}

TEST_CASE("a schedule whose moment was changed is sent at the new one", "[schedules]") {
    On on;
    const auto id = on.direct(alice, bob);
    UpdateSchedule command;
    command.schedule = on.schedule(alice, id, std::chrono::hours(1), "moved").value().id;
    command.scheduled_at = on.clock->now() + minute;
    REQUIRE(on.change(alice, command).result());
    on.executor->advance(minute);
    CHECK(on.contents(bob, id) == std::vector<std::string>{"moved"});

    command.schedule = on.schedule(alice, id, minute, "put off").value().id;
    command.scheduled_at = on.clock->now() + std::chrono::hours(1);
    REQUIRE(on.change(alice, command).result());
    on.executor->advance(std::chrono::hours(1) - micro);
    CHECK(on.contents(bob, id).size() == 1);
    on.executor->advance(micro);
    CHECK(on.contents(bob, id).size() == 2);
}

TEST_CASE("many that are due at once are sent in batches, soonest first", "[schedules]") {
    Limits limits;
    limits.schedules_per_user = 1'000;
    On on(limits);
    const auto id = on.direct(alice, bob);
    const auto other = on.direct(alice, carol);
    for (int i = 0; i < 250; ++i) {
        const auto where = i % 2 == 0 ? id : other;
        (void)on.schedule(alice, where, minute + i * micro, std::to_string(i)).value();
    }
    // The clock jumps, so that the next look finds them all.
    on.clock->advance(std::chrono::hours(1));
    const auto reads = on.engine->stats().reads;
    on.executor->advance(minute);
    CHECK(on.engine->stats().reads == reads + 4);  // batches of 100, and one look that is empty
    CHECK(on.texts(alice).empty());
    CHECK(on.sink->of<MessageCreated>().size() == 250);
    PageRequest request;
    request.conversation = id;
    request.limit = 100;
    const auto newest = on.page(bob, request).value().messages;
    CHECK(newest.at(0).mseq == 125);
    CHECK(newest.at(0).content == "248");
    CHECK(newest.at(99).content == "50");
}

TEST_CASE("an overdue schedule is sent once after a restart", "[schedules]") {
    On on;
    const auto id = on.direct(alice, bob);
    (void)on.schedule(alice, id, minute, "overdue").value();
    on.engine->close();
    on.executor->advance(std::chrono::hours(24) + minute);
    on.restart();
    CHECK(on.contents(bob, id) == std::vector<std::string>{"overdue"});
    on.restart();
    on.executor->advance(std::chrono::hours(1));
    CHECK(on.contents(bob, id).size() == 1);
    CHECK(on.texts(alice, ScheduleStatus::sent).size() == 1);
}

TEST_CASE("a schedule that is overdue by more than a day is not sent any more", "[schedules]") {
    On on;
    const auto id = on.direct(alice, bob);
    (void)on.schedule(alice, id, minute, "stale").value();
    on.engine->close();
    on.executor->advance(std::chrono::hours(24) + minute + micro);
    on.restart();
    CHECK(on.contents(bob, id).empty());
    CHECK(on.texts(alice, ScheduleStatus::failed) == std::vector<std::string>{"stale"});
}

TEST_CASE("who may not send any more when the moment comes sends nothing", "[schedules]") {
    On on;
    const auto id = on.group(alice, {bob, carol});
    (void)on.schedule(bob, id, minute, "removed").value();
    REQUIRE(on.remove_member(alice, id, bob).result());
    on.sink->clear();
    on.executor->advance(minute);
    CHECK(on.texts(bob, ScheduleStatus::failed).size() == 1);
    CHECK(on.sink->of<MessageCreated>().empty());
    CHECK(on.sink->last<ScheduleChanged>().schedule.status == ScheduleStatus::failed);

    (void)on.schedule(carol, id, minute, "closed").value();
    REQUIRE(on.remove(alice, id, true).result());
    on.executor->advance(minute);
    CHECK(on.texts(carol, ScheduleStatus::failed).size() == 1);
}

TEST_CASE("a muted member's schedule fails while the mute lasts", "[schedules]") {
    On on;
    const auto id = on.group(alice, {bob});
    (void)on.schedule(bob, id, minute, "muted").value();
    (void)on.schedule(bob, id, 2 * minute, "free again").value();
    mute(on, id, bob, on.clock->now() + 2 * minute);
    on.restart();
    on.executor->advance(3 * minute);
    CHECK(on.texts(bob, ScheduleStatus::failed) == std::vector<std::string>{"muted"});
    CHECK(on.texts(bob, ScheduleStatus::sent) == std::vector<std::string>{"free again"});
}

TEST_CASE("a schedule to somebody who has blocked its sender fails, in direct conversations",
          "[schedules]") {
    On on;
    const auto direct = on.direct(alice, bob);
    const auto group = on.group(alice, {bob});
    (void)on.schedule(alice, direct, minute, "direct").value();
    (void)on.schedule(alice, group, minute, "group").value();
    const auto blocks = std::make_shared<Blocks>();
    on.options.contacts = blocks;
    on.restart();
    on.executor->advance(minute);
    CHECK(on.texts(alice, ScheduleStatus::failed) == std::vector<std::string>{"direct"});
    CHECK(on.texts(alice, ScheduleStatus::sent) == std::vector<std::string>{"group"});
    blocks->all = false;
    (void)on.schedule(alice, direct, minute, "unblocked").value();
    on.executor->advance(minute);
    CHECK(on.texts(alice, ScheduleStatus::sent).size() == 2);
}

TEST_CASE("a client that has sent its schedule by itself does not send it twice", "[schedules]") {
    On on;
    const auto id = on.direct(alice, bob);
    SendMessage message;
    message.conversation = id;
    message.content = "by hand";
    message.op_id = OpId{on.schedule(alice, id, minute).value().id.uuid};
    REQUIRE(on.send(alice, message).result());
    on.executor->advance(minute);
    CHECK(on.contents(bob, id) == std::vector<std::string>{"by hand"});
    CHECK(on.texts(alice, ScheduleStatus::sent).size() == 1);
}

TEST_CASE("cancelling in the batch before the dispatch wins", "[schedules]") {
    On on;
    const auto id = on.direct(alice, bob);
    const ScheduleId made = on.schedule(alice, id, minute).value().id;
    on.executor->hold();
    on.executor->advance(minute);  // the look waits for a reader
    on.executor->run_once();       // it hands the dispatch to the lane
    const auto cancelled = on.cancel(alice, made);
    on.executor->release();
    // The cancellation had to find the schedule first, so it comes behind the dispatch.
    CHECK(cancelled.error().code == Errc::not_pending);
    CHECK(on.contents(bob, id).size() == 1);

    const ScheduleId other = on.schedule(alice, id, minute).value().id;
    on.executor->hold();
    const auto in_time = on.cancel(alice, other);
    on.executor->advance(minute);
    on.executor->release();
    CHECK(in_time.result());
    CHECK(on.contents(bob, id).size() == 1);
}
