#include "rest/report_statistics.hpp"

#include <catch2/catch.hpp>

#include "edge/json/document.hpp"

using namespace std::chrono_literals;
using namespace whisprd::rest::statistics;
using whispr::ReportCategory;
using whispr::ReportStatus;

namespace {

// Saturday, noon.
const Time now = std::chrono::sys_days(std::chrono::year(2026) / 4 / 18) + 12h;

whispr::UserId user(int number) {
    whispr::UserId made;
    made.uuid.bytes[15] = static_cast<std::uint8_t>(number);
    return made;
}

whispr::ConversationId room(int number) {
    return whispr::ConversationId{user(number).uuid};
}

whispr::ReportFacts fact(std::chrono::minutes ago, int reporter = 1, int reported = 2) {
    whispr::ReportFacts made;
    made.reporter = user(reporter);
    made.reported = user(reported);
    made.category = ReportCategory::spam;
    made.created_at = made.updated_at = now - ago;
    return made;
}

whispr::ReportFacts resolved(std::chrono::minutes ago, std::chrono::minutes after,
                             ReportStatus status = ReportStatus::resolved_action) {
    auto made = fact(ago);
    made.status = status;
    made.updated_at = made.created_at + after;
    return made;
}

}  // namespace

TEST_CASE("days and hours with reports are counted, the others left out, REST.md \u00a710.1") {
    const Facts facts{fact(48h), fact(13h), fact(70min), fact(65min), fact(0min)};
    std::string out;
    write_daily(out, daily(facts, now - 24h * 30));
    CHECK(out == R"({"data":[{"date":"2026-04-16","count":1},{"date":"2026-04-17","count":1},)"
                 R"({"date":"2026-04-18","count":3}]})");
    out.clear();
    write_hourly(out, hourly(facts, now - 24h));
    CHECK(out == R"({"data":[{"hour":"2026-04-17T23:00:00.000000Z","count":1},)"
                 R"({"hour":"2026-04-18T10:00:00.000000Z","count":2},)"
                 R"({"hour":"2026-04-18T12:00:00.000000Z","count":1}]})");
    CHECK(daily({}, now).empty());
}

TEST_CASE("a window begins at its moment, and that moment is inside") {
    const Facts facts{fact(61min), fact(60min), fact(59min)};
    CHECK(filed(facts, now - 60min) == 2);
}

TEST_CASE("categories are shares of all, the most frequent first") {
    Facts facts{fact(1h), fact(2h), fact(3h), fact(4h)};
    facts[3].category = ReportCategory::nudity;
    facts[2].category = ReportCategory::violence;
    facts[2].status = ReportStatus::under_review;
    std::string out;
    write_categories(out, categories(facts, now - 24h));
    CHECK(out == R"({"data":[{"category":"spam","count":2,"percentage":50.0},)"
                 R"({"category":"nudity","count":1,"percentage":25.0},)"
                 R"({"category":"violence","count":1,"percentage":25.0}]})");
    const auto waiting = categories(facts, now - 24h, ReportStatus::pending);
    REQUIRE(waiting.size() == 2);
    CHECK(waiting[0].percentage == Approx(66.667).epsilon(0.001));
    CHECK(categories(facts, now - 90min).size() == 1);
    out.clear();
    write_categories(out, categories({}, now));
    CHECK(out == R"({"data":[]})");
}

TEST_CASE("who is reported by most different users comes first") {
    const Facts facts{fact(1h, 1, 7), fact(1h, 1, 7), fact(1h, 1, 7), fact(1h, 1, 8),
                      fact(1h, 2, 8), fact(1h, 3, 9), fact(1h, 3, 9), fact(40h, 4, 9)};
    std::string out;
    write_top_reported(out, top_reported(facts, now - 24h, 2));
    CHECK(out == R"({"data":[{"user_id":")" + user(8).to_string() +
                     R"(","unique_reporters":2,"total_reports":2},{"user_id":")" +
                     user(7).to_string() + R"(","unique_reporters":1,"total_reports":3}]})");
}

TEST_CASE("times to a resolution have an average, a median and a rate") {
    const Facts facts{resolved(40h, 60min), resolved(40h, 120min),
                      resolved(40h, 300min, ReportStatus::resolved_dismissed), fact(40h),
                      resolved(24h * 40, 9h)};
    std::string out;
    write_resolutions(out, resolutions(facts, now - 24h * 30));
    CHECK(out == R"({"data":{"avg_resolution_hours":2.7,"median_resolution_hours":2.0,)"
                 R"("resolution_rate_pct":75.0,"status_distribution":{"pending":1,)"
                 R"("resolved_action":2,"resolved_dismissed":1}}})");
    CHECK(resolutions({resolved(1h, 10min), resolved(1h, 20min)}, now - 2h).median_hours ==
          Approx(0.25));
    out.clear();
    write_resolutions(out, resolutions({}, now));
    CHECK(out == R"({"data":{"avg_resolution_hours":0.0,"median_resolution_hours":0.0,)"
                 R"("resolution_rate_pct":0.0,"status_distribution":{}}})");
}

TEST_CASE("the queue's figures count what waits, and what was resolved on this day of UTC") {
    auto reviewed = fact(100h);
    reviewed.status = ReportStatus::under_review;
    auto other = fact(24h * 400);
    other.category = ReportCategory::other;
    // At noon: one was resolved this morning, one late yesterday.
    const Facts facts{fact(1h), fact(2h), other, reviewed, resolved(20h, 10h), resolved(20h, 7h)};
    std::string out;
    write_queue_figures(out, facts, now);
    CHECK(out == R"({"data":{"pending":3,"under_review":1,"resolved_today":1,)"
                 R"("by_category":{"spam":2,"other":1}}})");
}

TEST_CASE("the summary counts a month, a day, and what waits from whenever") {
    const Facts facts{fact(1h), resolved(100h, 1h), fact(24h * 31)};
    std::string out;
    write_summary(out, facts, now);
    CHECK(out == R"({"data":{"total_reports_30d":2,"total_reports_24h":1,"pending_reports":2,)"
                 R"("resolution_rate_pct":50.0}})");
}

TEST_CASE("the dashboard brings all of it together") {
    Facts facts;
    for (int i = 0; i < 7; ++i) {
        auto one = fact(std::chrono::hours(i * 60), i % 2, 10 + i);
        one.conversation = room(i % 6);
        one.category = i < 3 ? ReportCategory::other : ReportCategory::nudity;
        facts.push_back(one);
    }
    std::string out;
    write_dashboard(out, facts, now);
    edge::json::Document document;
    REQUIRE(document.read(out));
    const auto data = document.root().find("data");
    CHECK(data.find("daily_counts").elements().size() == 6);
    CHECK(data.find("hourly_counts").elements().size() == 1);
    CHECK(data.find("category_breakdown").text ==
          R"([{"category":"nudity","count":4},{"category":"other","count":3}])");
    CHECK(data.find("category_percentages").elements()[0].find("percentage").text == "57.1");
    CHECK(data.find("top_reported").elements().size() == 5);
    const auto reporters = data.find("top_reporters").elements();
    REQUIRE(reporters.size() == 2);
    CHECK(reporters[0].find("reporter_id").text == user(0).to_string());
    CHECK(reporters[0].find("report_count").text == "4");
    CHECK(reporters[0].find("categories").text == R"(["nudity","other"])");
    const auto spots = data.find("conversation_hotspots").elements();
    REQUIRE(spots.size() == 5);
    CHECK(spots[0].find("conversation_id").text == room(0).to_string());
    CHECK(spots[0].find("report_count").text == "2");
    CHECK(data.find("avg_resolution_hours").text == "0.0");
    CHECK(data.find("status_distribution").text == R"({"pending":7})");
}
