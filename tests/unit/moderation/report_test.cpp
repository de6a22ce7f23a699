#include <catch2/catch.hpp>

#include "moderation/moderation_words.hpp"

using namespace whispr;
using namespace whispr::test;
using namespace std::chrono_literals;

namespace {

using Fields = std::vector<FieldError>;

const Caller moderator{warden, {}, true};

std::vector<ReportId> ids(const std::vector<Report>& reports) {
    std::vector<ReportId> found;
    for (const Report& one : reports)
        found.push_back(one.id);
    return found;
}

}  // namespace

TEST_CASE("a report keeps the message as it was", "[moderation]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto message = on.sent(bob, id, "you fool!");
    on.clock->advance(90s);
    FileReport command;
    command.reported = bob;
    command.category = ReportCategory::harassment;
    command.conversation = id;
    command.message = message.id;
    command.description = "he says bad things";
    const auto filed = report(on, alice, command).value();
    CHECK(filed.reporter == alice);
    CHECK(filed.reported == bob);
    CHECK(filed.category == ReportCategory::harassment);
    CHECK(filed.conversation == id);
    CHECK(filed.message == message.id);
    CHECK(filed.description == "he says bad things");
    CHECK(filed.status == ReportStatus::pending);
    CHECK_FALSE(filed.resolution);
    CHECK(filed.created_at == on.clock->now());
    const std::string begins = R"({"message_id":")" + message.id.to_string() +
                               R"(","sender_id":")" + bob.to_string() + R"(","conversation_id":")" +
                               id.to_string() +
                               R"(","message_type":"text","content_snapshot":"eW91IGZvb2wh",)" +
                               R"("metadata":{},"sent_at":")";
    CHECK(filed.evidence.substr(0, begins.size()) == begins);
    CHECK_THAT(filed.evidence, Catch::EndsWith("Z\"}"));
    REQUIRE(on.remove(bob, DeleteMessage{message.id, {}, true}).result());
    CHECK(shown(on, moderator, filed.id).value().evidence == filed.evidence);
}

TEST_CASE("of a deleted message the evidence is that it is gone", "[moderation]") {
    InlineEngine on;
    const auto message = on.sent(bob, on.direct(alice, bob), "x").id;
    REQUIRE(on.remove(bob, DeleteMessage{message, {}, true}).result());
    CHECK(report(on, alice, bob, message).value().evidence ==
          R"({"message_id":")" + message.to_string() + R"(","error":"message_not_found"})");
}

TEST_CASE("a report without a message has no evidence", "[moderation]") {
    InlineEngine on;
    CHECK(report(on, alice, bob).value().evidence == "{}");
}

TEST_CASE("what a reporter may not see does not exist for him", "[moderation]") {
    InlineEngine on;
    const auto secret = on.direct(bob, carol);
    const auto message = on.sent(bob, secret, "secret").id;
    const auto refusal = [&](FileReport command) {
        command.reported = bob;
        const auto error = report(on, alice, command).error();
        CHECK(error.code == Errc::invalid);
        return error.fields;
    };
    const Fields no_message{{"message_id", "does not exist"}};
    const Fields no_conversation{{"conversation_id", "does not exist"}};
    CHECK(refusal({.message = message}) == no_message);
    CHECK(refusal({.message = MessageId{numbered(404)}}) == no_message);
    CHECK(refusal({.conversation = secret}) == no_conversation);
    CHECK(refusal({.conversation = ConversationId{numbered(404)}}) == no_conversation);
    // A message of another conversation than the one that is named.
    const auto own = on.direct(alice, bob);
    const auto other = on.sent(bob, own, "x").id;
    const auto elsewhere = on.group(alice, {bob});
    CHECK(refusal({.conversation = elsewhere, .message = other}) == no_message);
    on.sink->clear();
    CHECK(on.sink->of<ReportFiled>().empty());
}

TEST_CASE("nobody reports himself, and texts are bounded", "[moderation]") {
    InlineEngine on;
    CHECK(report(on, alice, alice).error().fields ==
          Fields{{"reported_user_id", "cannot report yourself"}});
    CHECK(report(on, alice, UserId{}).error().fields ==
          Fields{{"reported_user_id", "can't be blank"}});
    const auto described = [&](std::string text) {
        return report(on, alice, FileReport{.reported = bob, .description = std::move(text)});
    };
    CHECK(described(std::string(4096, 'x')).result());
    CHECK(described(std::string(4097, 'x')).error().fields ==
          Fields{{"description", "should be at most 4096 byte(s)"}});
    CHECK(described(std::string("a\0b", 3)).error().fields ==
          Fields{{"description", "is invalid"}});
}

TEST_CASE("five reports within an hour are enough", "[moderation]") {
    InlineEngine on;
    for (std::uint64_t i = 0; i < 5; ++i) {
        REQUIRE(report(on, alice, member_number(i)).result());
        on.clock->advance(10min);
    }
    CHECK(report(on, alice, bob).error().code == Errc::limit_reached);
    CHECK(report(on, carol, bob).result());
    // The first one is an hour old.
    on.clock->advance(10min);
    CHECK(report(on, alice, bob).result());
    CHECK(report(on, alice, bob).error().code == Errc::limit_reached);
}

TEST_CASE("reports of one batch count, too", "[moderation]") {
    ManualEngine on;
    on.executor->hold();
    std::vector<Answer<Report>> answers;
    for (std::uint64_t i = 0; i < 6; ++i)
        answers.push_back(report(on, alice, member_number(i)));
    on.executor->release();
    for (std::size_t i = 0; i < 5; ++i)
        CHECK(answers[i].result());
    CHECK(answers[5].error().code == Errc::limit_reached);
}

TEST_CASE("a message is not reported again within a day, nor while its report is open",
          "[moderation]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto message = on.sent(bob, id, "x").id;
    const auto first = report(on, alice, bob, message).value();
    CHECK(report(on, alice, bob, message).error().code == Errc::already_exists);
    CHECK(report(on, alice, bob, on.sent(bob, id, "y").id).result());
    on.clock->advance(25h);
    CHECK(report(on, alice, bob, message).error().code == Errc::already_exists);
    REQUIRE(resolve(on, moderator, first.id, "dismiss").result());
    CHECK(report(on, alice, bob, message).result());
}

TEST_CASE("a report that was filed twice under one id is one report", "[moderation]") {
    InlineEngine on;
    const auto message = on.sent(bob, on.direct(alice, bob), "x").id;
    FileReport command;
    command.reported = bob;
    command.message = message;
    command.op_id = OpId{numbered(77)};
    const auto first = report(on, alice, command).value();
    on.sink->clear();
    const auto again = report(on, alice, command).value();
    CHECK(again.id == first.id);
    CHECK(on.sink->all().empty());
    CHECK(report(on, carol, FileReport{.reported = bob, .op_id = command.op_id}).value().id !=
          first.id);
}

TEST_CASE("the host alone is told of a report", "[moderation]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    on.sink->clear();
    const auto filed = report(on, alice, FileReport{.reported = bob, .conversation = id}).value();
    const auto told = on.sink->all();
    REQUIRE(told.size() == 1);
    CHECK(std::get<ReportFiled>(told[0].what).report.id == filed.id);
    CHECK(told[0].conversation == id);
    CHECK(told[0].audience == nullptr);
    CHECK_FALSE(told[0].user);
    CHECK(told[0].eseq == 0);
}

TEST_CASE("distinct reporters reach thresholds, the highest first", "[moderation]") {
    InlineEngine on;
    const auto reached = [&](std::uint64_t reporter) -> std::string {
        on.sink->clear();
        REQUIRE(report(on, member_number(reporter), bob).result());
        if (on.sink->of<ReportsReached>().empty()) return "nothing";
        const auto told = on.sink->last<ReportsReached>();
        CHECK(told.reported == bob);
        using Level = ReportsReached::Level;
        const std::string level = told.level == Level::auto_mute  ? "mute "
                                  : told.level == Level::temp_ban ? "ban "
                                                                  : "review ";
        return level + std::to_string(told.reporters);
    };
    CHECK(reached(1) == "nothing");
    CHECK(reached(1) == "nothing");
    CHECK(reached(2) == "nothing");
    CHECK(reached(3) == "mute 3");
    CHECK(reached(3) == "mute 3");
    CHECK(reached(4) == "mute 4");
    CHECK(reached(5) == "ban 5");
    for (std::uint64_t i = 6; i < 10; ++i)
        CHECK(reached(i) == "ban " + std::to_string(i));
    CHECK(reached(10) == "review 10");
    // After 15 days the first ten count for the review alone, which is one of 30 days.
    on.clock->advance(15 * 24h);
    CHECK(reached(11) == "review 11");
    on.clock->advance(16 * 24h);
    CHECK(reached(12) == "nothing");
}

TEST_CASE("a report is seen by its reporter and by moderators", "[moderation]") {
    InlineEngine on;
    const auto filed = report(on, alice, bob).value();
    CHECK(shown(on, Caller{alice, {}}, filed.id).value().id == filed.id);
    CHECK(shown(on, moderator, filed.id).value().id == filed.id);
    CHECK(shown(on, Caller{bob, {}}, filed.id).error().code == Errc::not_found);
    CHECK(shown(on, moderator, ReportId{numbered(404)}).error().code == Errc::not_found);
}

TEST_CASE("reports are listed newest first, for their reporter and for moderators",
          "[moderation]") {
    InlineEngine on;
    std::vector<ReportId> filed;
    for (const UserId by : {alice, bob, alice, bob}) {
        filed.push_back(report(on, by, carol).value().id);
        on.clock->advance(1s);
    }
    Answer<std::vector<Report>> own;
    on.engine->moderation().own_reports(Caller{alice, {}}, {}, own.completion());
    CHECK(ids(own.value()) == std::vector{filed[2], filed[0]});
    REQUIRE(resolve(on, moderator, filed[1], "warn").result());
    Answer<std::vector<Report>> pending;
    on.engine->moderation().reports(moderator, {.status = ReportStatus::pending, .limit = 2},
                                    pending.completion());
    CHECK(ids(pending.value()) == std::vector{filed[3], filed[2]});
    Answer<std::vector<Report>> refused;
    on.engine->moderation().reports(Caller{alice, {}}, {}, refused.completion());
    CHECK(refused.error().code == Errc::forbidden);
    Answer<std::vector<ReportFacts>> facts;
    on.engine->moderation().facts(Caller{alice, {}}, Time{}, facts.completion());
    CHECK(facts.error().code == Errc::forbidden);
}

TEST_CASE("a report is resolved once, by a moderator", "[moderation]") {
    InlineEngine on;
    const auto filed = report(on, alice, bob).value();
    CHECK(resolve(on, Caller{alice, {}}, filed.id, "dismiss").error().code == Errc::forbidden);
    CHECK(resolve(on, moderator, ReportId{numbered(404)}, "dismiss").error().code ==
          Errc::not_found);
    on.clock->advance(2h);
    const auto resolved = resolve(on, moderator, filed.id, "dismiss", "nothing in it").value();
    CHECK(resolved.status == ReportStatus::resolved_dismissed);
    REQUIRE(resolved.resolution);
    CHECK(resolved.resolution->action == "dismiss");
    CHECK(resolved.resolution->notes == "nothing in it");
    CHECK(resolved.resolution->resolved_by == warden);
    CHECK(resolved.resolution->resolved_at == on.clock->now());
    CHECK(resolved.updated_at == on.clock->now());
    CHECK(shown(on, moderator, filed.id).value().status == ReportStatus::resolved_dismissed);
    CHECK(resolve(on, moderator, filed.id, "warn").error().code == Errc::not_pending);
    const auto other = report(on, carol, bob).value();
    CHECK(resolve(on, moderator, other.id, "").value().status == ReportStatus::resolved_action);
    CHECK(resolve(on, moderator, other.id, std::string(4097, 'x')).error().fields.at(0).field ==
          "action");
}
