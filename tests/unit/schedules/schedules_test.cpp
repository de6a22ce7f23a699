#include <catch2/catch.hpp>

#include "schedules/scheduling.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

using Fields = std::vector<FieldError>;
using On = Scheduling<InlineEngine>;

}  // namespace

TEST_CASE("a scheduled message is kept for its sender, who is told on every device",
          "[schedules]") {
    On on;
    const auto id = on.direct(alice, bob);
    on.sink->clear();
    CreateSchedule command = on.later(id, std::chrono::hours(1), "good morning");
    command.type = MessageType::media;
    command.metadata = R"({"a_b":1})";
    command.client_random = 7;
    const Schedule made = on.schedule(alice, command).value();
    CHECK(made.conversation == id);
    CHECK(made.sender == alice);
    CHECK(made.status == ScheduleStatus::pending);
    CHECK(made.scheduled_at == command.scheduled_at);
    CHECK(made.created_at == on.clock->now());
    CHECK(made.useq == 1);
    const auto listed = on.scheduled(alice);
    REQUIRE(listed.size() == 1);
    CHECK(listed[0].id == made.id);
    CHECK(listed[0].type == MessageType::media);
    CHECK(listed[0].content == "good morning");
    CHECK(listed[0].metadata == R"({"a_b":1})");
    CHECK(listed[0].client_random == 7);
    CHECK(on.scheduled(bob).empty());
    CHECK(on.contents(bob, id).empty());

    const auto told = on.sink->all();
    REQUIRE(told.size() == 1);
    CHECK(std::get<ScheduleChanged>(told[0].what).schedule.id == made.id);
    CHECK(told[0].user == alice);
    CHECK(told[0].useq == 1);
}

TEST_CASE("without a client_random one is drawn that every client holds exactly", "[schedules]") {
    On on;
    const auto id = on.direct(alice, bob);
    const auto one = on.schedule(alice, id).value().client_random;
    const auto two = on.schedule(alice, id).value().client_random;
    REQUIRE(one);
    CHECK(one != two);
    CHECK(*one >= 0);
    CHECK(*one < std::int64_t{1} << 53U);
}

TEST_CASE("a moment lies between a minute and a year ahead", "[schedules]") {
    On on;
    const auto id = on.direct(alice, bob);
    const auto micro = std::chrono::microseconds(1);
    const std::chrono::microseconds minute = std::chrono::seconds(60);
    const std::chrono::microseconds year = std::chrono::seconds(366 * 86'400);
    const auto refused = [&](std::chrono::microseconds ahead) {
        return on.schedule(alice, id, ahead).error().fields;
    };
    CHECK(refused(-micro) == Fields{{"scheduled_at", "must be in the future"}});
    CHECK(refused({}) == Fields{{"scheduled_at", "must be in the future"}});
    CHECK(refused(minute - micro) ==
          Fields{{"scheduled_at", "must be at least 60 second(s) ahead"}});
    CHECK(refused(year + micro) == Fields{{"scheduled_at", "must be at most 366 day(s) ahead"}});
    CHECK(on.schedule(alice, id, minute).result());
    CHECK(on.schedule(alice, id, year).result());
}

TEST_CASE("what is wrong with a scheduled message is told to members alone", "[schedules]") {
    On on;
    const auto id = on.direct(alice, bob);
    CreateSchedule command = on.later(id, std::chrono::hours(1));
    CHECK(on.schedule(carol, command).error().code == Errc::not_a_member);
    command.conversation = ConversationId{numbered(404)};
    CHECK(on.schedule(alice, command).error().code == Errc::conversation_not_found);
    command.conversation = id;
    command.content = "";
    CHECK(on.schedule(alice, command).error().fields == Fields{{"content", "can't be blank"}});
    CHECK(on.schedule(carol, command).error().code == Errc::not_a_member);
    command.content = std::string(65'537, 'x');
    CHECK(on.schedule(alice, command).error().fields ==
          Fields{{"content", "exceeds maximum size of 65536 bytes"}});
    command.content = "x";
    command.type = MessageType::system;
    CHECK(on.schedule(alice, command).error().fields == Fields{{"message_type", "is invalid"}});
    command.type = MessageType::text;
    command.metadata = "7";
    CHECK(on.schedule(alice, command).error().fields == Fields{{"metadata", "is invalid"}});
    // The message will name its schedule in its metadata, so there must be room for that.
    command.metadata = R"({"a":")" + std::string(limits::metadata_bytes - 8, 'x') + R"("})";
    CHECK(on.schedule(alice, command).error().fields == Fields{{"metadata", "is invalid"}});
    CHECK(on.scheduled(alice).empty());
}

TEST_CASE("nothing is scheduled in a conversation that an admin has closed", "[schedules]") {
    On on;
    const auto id = on.group(alice, {bob});
    REQUIRE(on.remove(alice, id, true).result());
    CHECK(on.schedule(bob, id).error().code == Errc::forbidden);
}

TEST_CASE("a client_random is taken once by a sender, in whatever conversation", "[schedules]") {
    On on;
    const auto one = on.direct(alice, bob);
    const auto two = on.direct(alice, carol);
    CreateSchedule command = on.later(one, std::chrono::hours(1));
    command.client_random = 5;
    const ScheduleId first = on.schedule(alice, command).value().id;
    command.conversation = two;
    const Error error = on.schedule(alice, command).error();
    CHECK(error.code == Errc::already_exists);
    CHECK(error.fields ==
          Fields{{"sender_id", "a scheduled message with this client_random already exists"}});
    command.conversation = one;
    CHECK(on.schedule(bob, command).result());
    // Also after it was cancelled.
    REQUIRE(on.cancel(alice, first).result());
    CHECK(on.schedule(alice, command).error().code == Errc::already_exists);
}

TEST_CASE("a repeat of an operation gives the schedule that it made", "[schedules]") {
    On on;
    const auto id = on.direct(alice, bob);
    CreateSchedule command = on.later(id, std::chrono::hours(1));
    command.op_id = OpId{numbered(77)};
    const Schedule first = on.schedule(alice, command).value();
    on.clock->advance(std::chrono::hours(2));
    const Schedule again = on.schedule(alice, command).value();
    CHECK(again.id == first.id);
    CHECK(again.created_at == first.created_at);
    CHECK(on.scheduled(alice).size() == 1);
    // The operations of others are others.
    command.scheduled_at = on.clock->now() + std::chrono::hours(1);
    CHECK(on.schedule(bob, command).value().id != first.id);
}

TEST_CASE("repeats within one batch are found, too", "[schedules]") {
    Scheduling<ManualEngine> on;
    const auto id = on.direct(alice, bob);
    CreateSchedule command = on.later(id, std::chrono::hours(1));
    command.op_id = OpId{numbered(77)};
    CreateSchedule same_token = on.later(id, std::chrono::hours(1));
    same_token.client_random = 9;
    on.executor->hold();
    const auto first = on.schedule(alice, command);
    const auto again = on.schedule(alice, command);
    const auto token = on.schedule(alice, same_token);
    const auto taken = on.schedule(alice, same_token);
    on.executor->release();
    CHECK(again.value().id == first.value().id);
    CHECK(token.result());
    CHECK(taken.error().code == Errc::already_exists);
    CHECK(on.scheduled(alice).size() == 2);
}

TEST_CASE("a user has so many pending ones", "[schedules]") {
    Limits limits;
    limits.schedules_per_user = 3;
    Scheduling<ManualEngine> on(limits);
    const auto one = on.direct(alice, bob);
    const auto two = on.direct(alice, carol);
    const ScheduleId first = on.schedule(alice, one, std::chrono::hours(1)).value().id;
    REQUIRE(on.schedule(alice, two, std::chrono::hours(1)).result());
    on.executor->hold();
    const auto third = on.schedule(alice, one, std::chrono::hours(1));
    const auto fourth = on.schedule(alice, two, std::chrono::hours(1));
    const auto of_bob = on.schedule(bob, one, std::chrono::hours(1));
    on.executor->release();
    CHECK(third.result());
    CHECK(fourth.error().code == Errc::limit_reached);
    CHECK(fourth.error().text == "a user has at most 3 pending scheduled messages");
    CHECK(of_bob.result());
    REQUIRE(on.cancel(alice, first).result());
    CHECK(on.schedule(alice, two, std::chrono::hours(1)).result());
    CHECK(on.schedule(alice, two, std::chrono::hours(1)).error().code == Errc::limit_reached);
}

TEST_CASE("a list is soonest first, by status, conversation and page", "[schedules]") {
    On on;
    const auto one = on.direct(alice, bob);
    const auto two = on.direct(alice, carol);
    const auto hour = std::chrono::hours(1);
    (void)on.schedule(alice, one, 3 * hour, "c").value();
    (void)on.schedule(alice, two, 1 * hour, "a").value();
    (void)on.schedule(alice, one, 2 * hour, "b").value();
    const auto gone = on.schedule(alice, one, 4 * hour, "d").value().id;
    REQUIRE(on.cancel(alice, gone).result());
    CHECK(on.texts(alice) == std::vector<std::string>{"a", "b", "c"});
    CHECK(on.texts(alice, ScheduleStatus::cancelled) == std::vector<std::string>{"d"});
    CHECK(on.texts(alice, ScheduleStatus::sent).empty());
    ListSchedules request;
    request.conversation = one;
    CHECK(on.scheduled(alice, request).size() == 2);
    request.offset = 1;
    CHECK(on.scheduled(alice, request).at(0).content == "c");
    request = {};
    request.limit = 1;
    request.offset = 1;
    REQUIRE(on.scheduled(alice, request).size() == 1);
    CHECK(on.scheduled(alice, request)[0].content == "b");
    request.offset = 3;
    CHECK(on.scheduled(alice, request).empty());
}

TEST_CASE("a pending one is changed in what is named, and told", "[schedules]") {
    On on;
    const auto id = on.direct(alice, bob);
    const Schedule made = on.schedule(alice, id, std::chrono::hours(1)).value();
    on.clock->advance(std::chrono::minutes(1));
    on.sink->clear();
    UpdateSchedule command;
    command.schedule = made.id;
    command.content = "changed";
    Schedule changed = on.change(alice, command).value();
    CHECK(changed.content == "changed");
    CHECK(changed.scheduled_at == made.scheduled_at);
    CHECK(changed.client_random == made.client_random);
    CHECK(changed.updated_at == on.clock->now());
    CHECK(changed.created_at == made.created_at);
    CHECK(changed.useq == 2);
    CHECK(on.sink->last<ScheduleChanged>().schedule.content == "changed");
    command = {};
    command.schedule = made.id;
    command.scheduled_at = on.clock->now() + std::chrono::hours(9);
    command.metadata = R"({"x":1})";
    command.type = MessageType::media;
    changed = on.change(alice, command).value();
    CHECK(changed.content == "changed");
    CHECK(changed.scheduled_at == command.scheduled_at);
    CHECK(changed.metadata == R"({"x":1})");
    CHECK(changed.type == MessageType::media);
    CHECK(on.scheduled(alice).at(0).metadata == R"({"x":1})");
}

TEST_CASE("a change is checked like a creation", "[schedules]") {
    On on;
    const auto id = on.direct(alice, bob);
    UpdateSchedule command;
    command.schedule = on.schedule(alice, id, std::chrono::hours(1)).value().id;
    command.content = "";
    command.metadata = "[]";
    command.type = MessageType::system;
    command.scheduled_at = on.clock->now();
    CHECK(on.change(alice, command).error().fields ==
          Fields{{"message_type", "is invalid"},
                 {"content", "can't be blank"},
                 {"metadata", "is invalid"},
                 {"scheduled_at", "must be in the future"}});
    CHECK(on.texts(alice) == std::vector<std::string>{"later"});
}

TEST_CASE("a cancelled one is never sent, and cannot be changed or cancelled again",
          "[schedules]") {
    Scheduling<ManualEngine> on;
    const auto id = on.direct(alice, bob);
    const ScheduleId made = on.schedule(alice, id).value().id;
    const Schedule cancelled = on.cancel(alice, made).value();
    CHECK(cancelled.status == ScheduleStatus::cancelled);
    CHECK(cancelled.content == "later");
    CHECK(cancelled.useq == 2);
    CHECK(on.cancel(alice, made).error().code == Errc::not_pending);
    UpdateSchedule command;
    command.schedule = made;
    command.content = "too late";
    CHECK(on.change(alice, command).error().code == Errc::not_pending);
    on.executor->advance(std::chrono::hours(1));
    CHECK(on.contents(bob, id).empty());
}

TEST_CASE("what somebody else has scheduled is not there", "[schedules]") {
    On on;
    const auto id = on.direct(alice, bob);
    const ScheduleId made = on.schedule(alice, id).value().id;
    UpdateSchedule command;
    command.schedule = made;
    for (const UserId other : {bob, carol}) {
        CHECK(on.cancel(other, made).error().code == Errc::not_found);
        CHECK(on.change(other, command).error().code == Errc::not_found);
    }
    command.schedule = ScheduleId{numbered(404)};
    CHECK(on.cancel(alice, command.schedule).error().code == Errc::not_found);
    CHECK(on.change(alice, command).error().code == Errc::not_found);
    CHECK(on.texts(alice).size() == 1);
}

TEST_CASE("who was removed may still cancel what is waiting", "[schedules]") {
    On on;
    const auto id = on.group(alice, {bob});
    const ScheduleId made = on.schedule(bob, id).value().id;
    REQUIRE(on.remove_member(alice, id, bob).result());
    CHECK(on.schedule(bob, id).error().code == Errc::not_a_member);
    CHECK(on.texts(bob).size() == 1);
    CHECK(on.cancel(bob, made).result());
    CHECK(on.texts(bob).empty());
}
