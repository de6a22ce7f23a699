#include "log.hpp"

#include <catch2/catch.hpp>

#include "collecting_log.hpp"
#include "log_line.hpp"
#include "log_redaction.hpp"
#include "log_request_id.hpp"

using namespace edge;
using Catch::Contains;
using edge_test::CollectingLog;

namespace {

const std::string token = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln";

}  // namespace

TEST_CASE("a JSON line holds time, level, message and fields") {
    CollectingLog log(LogFormat::json);
    log.log.info("request",
                 {{"request_id", "r1"}, {"status", 200}, {"seconds", 0.25}, {"cached", true}});
    CHECK(
        log.lines().at(0) ==
        R"({"ts":"2027-01-15T08:00:00.012345Z","level":"info","msg":"request","request_id":"r1","status":200,"seconds":0.25,"cached":true})");
}

TEST_CASE("a text line holds the same") {
    CollectingLog log;
    log.log.warn("slow receiver",
                 {{"user", "u1"}, {"reason", "two words"}, {"bytes", -5}, {"empty", ""}});
    CHECK(
        log.lines().at(0) ==
        R"(2027-01-15T08:00:00.012345Z warn  slow receiver user=u1 reason="two words" bytes=-5 empty="")");
}

TEST_CASE("lines below the level are not written") {
    CollectingLog log(LogFormat::text, LogLevel::warn);
    log.log.info("no");
    log.log.debug("no");
    log.log.error("yes");
    CHECK(log.lines().size() == 1);
    CHECK_FALSE(log.log.enabled(LogLevel::info));
    CollectingLog off(LogFormat::text, LogLevel::off);
    off.log.error("no");
    CHECK(off.lines().empty());
}

TEST_CASE("nothing that is logged can forge a line or a field") {
    const std::string evil = "a\nlevel=error \"q\" \\ \x1b[31m \x7f \t \xff \xc2\x9b \xe2\x82\xac";
    CollectingLog json(LogFormat::json);
    json.log.info(evil, {{"x", evil}});
    CollectingLog text;
    text.log.info(evil, {{"x", evil}});
    for (const std::string& line : {json.lines().at(0), text.lines().at(0)}) {
        CHECK(std::none_of(line.begin(), line.end(), [](char c) {
            return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\xff';
        }));
        CHECK_THAT(line, Contains("\\n") && Contains("\\\"q\\\"") && Contains("\\u001b") &&
                             Contains("\\u007f") && Contains("\\u009b") &&
                             Contains("\xef\xbf\xbd") && Contains("\xe2\x82\xac"));
    }
}

TEST_CASE("secrets are not written, by name or by look") {
    CollectingLog log;
    log.log.info("got " + token, {{"Authorization", "Bearer abc"},
                                  {"token", "abc"},
                                  {"content", "hello bob"},
                                  {"error", "bad token " + token + " given"}});
    CHECK(log.lines().at(0).substr(28) ==
          "info  got [redacted] Authorization=[redacted] token=[redacted] content=[redacted] "
          "error=\"bad token [redacted] given\"");
}

TEST_CASE("a request target loses its secrets and keeps the rest") {
    CHECK(redact_target("/socket/websocket?vsn=2.0.0&token=" + token + "&user_id=1") ==
          "/socket/websocket?vsn=2.0.0&token=[redacted]&user_id=1");
    CHECK(redact_target("/x?TOKEN=abc") == "/x?TOKEN=[redacted]");
    CHECK(redact_target("/x?t%6fken=abc&a=1") == "/x?t%6fken=[redacted]&a=1");
    CHECK(redact_target("/x?token") == "/x?token");
    CHECK(redact_target("/x?a=" + token) == "/x?a=[redacted]");
    CHECK(redact_target("/plain") == "/plain");
    CHECK(redact_target("/x?") == "/x?");
    CHECK(redact_target("/" + std::string(10'000, 'a')).size() <= 2048);
}

TEST_CASE("text that only begins like a token stays") {
    CHECK(redact_tokens("eyJust a word eyJ") == "eyJust a word eyJ");
    CHECK(redact_tokens("eyJa.b,eyJc.d") == "[redacted],[redacted]");
}

TEST_CASE("lines are bounded and stay well-formed") {
    CollectingLog log(LogFormat::json);
    const std::string big(100'000, '\x01');
    log.log.info(big, {{"a", big}, {"b", big}, {"c", big}, {"d", big}, {"e", big}});
    const std::string line = log.lines().at(0);
    CHECK(line.size() <= max_log_line_bytes);
    CHECK(line.ends_with("\"}"));
}

TEST_CASE("numbers that JSON does not have are null") {
    CollectingLog log(LogFormat::json);
    log.log.info("x", {{"a", std::numeric_limits<double>::infinity()},
                       {"b", std::numeric_limits<double>::quiet_NaN()}});
    CHECK_THAT(log.lines().at(0), Contains(R"("a":null,"b":null)"));
}

TEST_CASE("a safe request id is kept and any other replaced") {
    const std::string good = "0123456789-abc_DEF.:+/=@";
    CHECK(request_id(good) == good);
    CHECK(request_id(std::string(200, 'a')) == std::string(200, 'a'));
    for (const std::string& bad :
         {std::string(), std::string(19, 'a'), std::string(201, 'a'), std::string(19, 'a') + "\n",
          std::string(19, 'a') + " ", std::string(19, 'a') + "\"", std::string(19, 'a') + "\xc3"}) {
        const std::string made = request_id(bad);
        CHECK(made != bad);
        CHECK(made.size() == 32);
    }
    CHECK(request_id({}) != request_id({}));
}

TEST_CASE("the writer to standard error ends when it is destroyed") {
    auto writer = stderr_log_writer();
    CHECK(writer->dropped() == 0);
    Log log(std::move(writer), {LogLevel::off, LogFormat::text, {}});
    log.error("not written");
    CHECK(log.dropped() == 0);
}
