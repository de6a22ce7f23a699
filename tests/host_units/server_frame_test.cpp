#include "edge/phoenix/server_frame.hpp"

#include <catch2/catch.hpp>

using namespace edge::phoenix;

namespace {

std::string reply(Dialect dialect, Status status, std::string_view response) {
    std::string out;
    open_reply(out, dialect, R"("3")", R"("9")", "user:x", status);
    out += response;
    close_reply(out, dialect);
    return out;
}

std::string push(Dialect dialect, std::string_view join_ref, std::string_view ref) {
    std::string out;
    open_push(out, dialect, join_ref, ref, "user:x", "event");
    out += R"({"a":1})";
    close_push(out, dialect);
    return out;
}

}  // namespace

TEST_CASE("replies carry both refs as arrays, and the ref alone as objects") {
    CHECK(reply(Dialect::v2, Status::ok, "{}") ==
          R"(["3","9","user:x","phx_reply",{"status":"ok","response":{}}])");
    CHECK(
        reply(Dialect::v1, Status::error, R"({"reason":"x"})") ==
        R"({"ref":"9","topic":"user:x","event":"phx_reply","payload":{"status":"error","response":{"reason":"x"}}})");
}

TEST_CASE("pushes carry the instance, broadcasts nothing") {
    CHECK(push(Dialect::v2, R"("3")", "null") == R"(["3",null,"user:x","event",{"a":1}])");
    CHECK(push(Dialect::v2, "null", "null") == R"([null,null,"user:x","event",{"a":1}])");
    CHECK(push(Dialect::v1, R"("3")", R"("3")") ==
          R"({"ref":null,"topic":"user:x","event":"event","payload":{"a":1}})");
}

TEST_CASE("a topic that a client made up is escaped") {
    std::string out;
    open_reply(out, Dialect::v2, "null", "null", "a\"b\n", Status::ok);
    CHECK(out.starts_with(R"([null,null,"a\"b\n","phx_reply",)"));
}

TEST_CASE("a user's topic is completed by the id in the middle") {
    const std::string id = "11111111-1111-4111-8111-000000000001";
    const auto arrays = around_user_id(Dialect::v2, "new_message", "{}");
    CHECK(arrays.before + id + arrays.after ==
          R"([null,null,"user:)" + id + R"(","new_message",{}])");
    const auto objects = around_user_id(Dialect::v1, "new_message", "{}");
    CHECK(objects.before + id + objects.after ==
          R"({"ref":null,"topic":"user:)" + id + R"(","event":"new_message","payload":{}})");
}

TEST_CASE("topics are read and written") {
    const std::string id = "ddd46b35-10e5-49f8-8951-c9e5b2bc18c3";
    const auto conversation = parse_topic("conversation:" + id);
    REQUIRE(conversation.outcome == ParsedTopic::Outcome::known);
    CHECK(conversation.topic.kind == Topic::Kind::conversation);
    std::string text;
    write_topic(text, conversation.topic);
    CHECK(text == "conversation:" + id);
    CHECK(parse_topic("user:" + id).topic.kind == Topic::Kind::user);
    CHECK(parse_topic("conversation:zzz").outcome == ParsedTopic::Outcome::bad_id);
    CHECK(parse_topic("user:").outcome == ParsedTopic::Outcome::bad_id);
    for (const char* other : {"", "foo:bar", "conversation", "users:", "phoenix"}) {
        CHECK(parse_topic(other).outcome == ParsedTopic::Outcome::unknown);
    }
}
