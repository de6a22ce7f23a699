#include "edge/phoenix/client_frame.hpp"

#include <catch2/catch.hpp>

using namespace edge::phoenix;
using edge::json::Document;
using edge::json::Kind;

namespace {

std::vector<std::byte> bytes(std::string_view text) {
    std::vector<std::byte> all;
    for (const char c : text)
        all.push_back(static_cast<std::byte>(c));
    return all;
}

}  // namespace

TEST_CASE("an array frame is taken apart") {
    Document document;
    const auto decoded = decode_text(
        document, R"(["3","9","conversation:x","new_message",{"content":"hi"}])", Dialect::v2);
    REQUIRE(decoded.fault == FrameFault::none);
    CHECK(decoded.frame.join_ref == R"("3")");
    CHECK(decoded.frame.ref == R"("9")");
    CHECK(decoded.frame.topic == "conversation:x");
    CHECK(decoded.frame.event == "new_message");
    CHECK(decoded.frame.payload.find("content").text == "hi");
}

TEST_CASE("refs go back as the client wrote them, numbers too") {
    Document document;
    const auto numbers = decode_text(document, R"([1,2,"phoenix","heartbeat",{}])", Dialect::v2);
    REQUIRE(numbers.fault == FrameFault::none);
    CHECK(numbers.frame.join_ref == "1");
    CHECK(numbers.frame.ref == "2");
    const auto escaped = decode_text(document, R"([null,"a\"b","t","e",{}])", Dialect::v2);
    REQUIRE(escaped.fault == FrameFault::none);
    CHECK(escaped.frame.join_ref == "null");
    CHECK(escaped.frame.ref == R"("a\"b")");
}

TEST_CASE("elements beyond the fifth are ignored, and any payload is read") {
    Document document;
    CHECK(decode_text(document, R"(["1","1","phoenix","heartbeat",{},6,[7]])", Dialect::v2).fault ==
          FrameFault::none);
    const auto null = decode_text(document, R"(["1","1","user:x","phx_join",null])", Dialect::v2);
    REQUIRE(null.fault == FrameFault::none);
    CHECK(null.frame.payload.kind == Kind::null);
}

TEST_CASE("a malformed frame with a ref can be answered") {
    Document document;
    for (const char* text : {R"(["1","2"])", R"([null,"2","t"])", R"([null,"2",5,"e",{}])",
                             R"([{},"2","t","e",{}])"}) {
        INFO(text);
        const auto decoded = decode_text(document, text, Dialect::v2);
        CHECK(decoded.fault == FrameFault::malformed);
        CHECK(decoded.frame.ref == R"("2")");
    }
}

TEST_CASE("a frame without a readable ref cannot be answered") {
    Document document;
    for (const char* text :
         {"", "{\"a\"", "{}", "[]", "5", R"([1])", R"([1,[],"t","e",{}])", R"([null,null,"t"])",
          R"({"topic":"t","event":"e","payload":{},"ref":"1"})"}) {
        INFO(text);
        CHECK(decode_text(document, text, Dialect::v2).fault == FrameFault::unreadable);
    }
    const std::string endless = R"([null,")" + std::string(9000, '1') + R"(","t","e",{}])";
    CHECK(decode_text(document, endless, Dialect::v2).fault == FrameFault::unreadable);
}

TEST_CASE("an object frame is taken apart in the older dialect") {
    Document document;
    const auto decoded = decode_text(
        document, R"({"topic":"user:x","event":"phx_join","payload":{},"ref":"2","join_ref":"2"})",
        Dialect::v1);
    REQUIRE(decoded.fault == FrameFault::none);
    CHECK(decoded.frame.topic == "user:x");
    CHECK(decoded.frame.event == "phx_join");
    CHECK(decoded.frame.ref == R"("2")");
    CHECK(decoded.frame.join_ref == R"("2")");
    const auto without =
        decode_text(document, R"({"topic":"t","event":"e","payload":{},"ref":null})", Dialect::v1);
    CHECK(without.fault == FrameFault::none);
    CHECK(without.frame.join_ref == "null");
}

TEST_CASE("object frames need all four keys") {
    Document document;
    CHECK(decode_text(document, R"({"topic":"t","event":"e","ref":"1"})", Dialect::v1).fault ==
          FrameFault::malformed);
    CHECK(decode_text(document, R"({"event":"e","payload":{},"ref":"1"})", Dialect::v1).fault ==
          FrameFault::malformed);
    CHECK(decode_text(document, R"({"topic":"t","event":"e","payload":{}})", Dialect::v1).fault ==
          FrameFault::unreadable);
    CHECK(decode_text(document, R"([null,"1","t","e",{}])", Dialect::v1).fault ==
          FrameFault::unreadable);
}

TEST_CASE("a binary push is taken apart") {
    BinaryRefs refs;
    const std::string push =
        std::string("\x00\x01\x02\x03\x04", 5) + "1" + "22" + "abc" + "push" + "\xff\x00data";
    const auto sent = bytes(push);
    const auto decoded = decode_binary(sent, Dialect::v2, refs);
    REQUIRE(decoded.fault == FrameFault::none);
    CHECK(decoded.frame.binary);
    CHECK(decoded.frame.join_ref == R"("1")");
    CHECK(decoded.frame.ref == R"("22")");
    CHECK(decoded.frame.topic == "abc");
    CHECK(decoded.frame.event == "push");
}

TEST_CASE("binary frames that are cut, of another kind, or of the older dialect are refused") {
    BinaryRefs refs;
    const std::string push = std::string("\x00\x01\x02\x03\x04", 5) + "1" + "22" + "abc" + "push";
    for (std::size_t size = 0; size < push.size(); ++size) {
        CHECK(decode_binary(bytes(push.substr(0, size)), Dialect::v2, refs).fault ==
              FrameFault::unreadable);
    }
    CHECK(decode_binary(bytes("\x01" + push.substr(1)), Dialect::v2, refs).fault ==
          FrameFault::unreadable);
    CHECK(decode_binary(bytes(push), Dialect::v1, refs).fault == FrameFault::unreadable);
}

TEST_CASE("the version decides the dialect") {
    CHECK(dialect_of(std::nullopt) == Dialect::v1);
    CHECK(dialect_of("1.0.0") == Dialect::v1);
    CHECK(dialect_of("2.0.0") == Dialect::v2);
    CHECK(dialect_of("2.0.15") == Dialect::v2);
    for (const char* other :
         {"", "x", "2", "2.0", "2.1.0", "3.0.0", "9.9.9", "2.0.", "2.0.x", "2.0.00", "1.0.0 "}) {
        INFO(other);
        CHECK_FALSE(dialect_of(other).has_value());
    }
}
