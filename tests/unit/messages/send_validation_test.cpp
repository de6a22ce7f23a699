#include <catch2/catch.hpp>

#include "messages/message_rules.hpp"
#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

SendMessage text(std::string content) {
    SendMessage command;
    command.content = std::move(content);
    return command;
}

std::vector<FieldError> wrong_with(SendMessage command, const Limits& limits = {}) {
    return check_fields(command, limits);
}

using Wrong = std::vector<FieldError>;

}  // namespace

TEST_CASE("a message needs content, of which blanks are some", "[messages]") {
    CHECK(wrong_with(text("")) == Wrong{{"content", "can't be blank"}});
    CHECK(wrong_with(text(" ")).empty());
    CHECK(wrong_with(text("\n\t")).empty());
}

TEST_CASE("content is bounded in bytes", "[messages]") {
    CHECK(wrong_with(text(std::string(65'536, 'x'))).empty());
    CHECK(wrong_with(text(std::string(65'537, 'x'))) ==
          Wrong{{"content", "exceeds maximum size of 65536 bytes"}});
    Limits limits;
    limits.content_bytes = 4;
    CHECK(wrong_with(text("\U0001f600"), limits).empty());
    CHECK(wrong_with(text("\U0001f600!"), limits) ==
          Wrong{{"content", "exceeds maximum size of 4 bytes"}});
}

TEST_CASE("content holds no NUL, but any other bytes", "[messages]") {
    CHECK(wrong_with(text(std::string("a\0b", 3))) == Wrong{{"content", "is invalid"}});
    CHECK(wrong_with(text("\x01\x7f\xff\xfe")).empty());
}

TEST_CASE("metadata is brought into the form that is stored", "[messages]") {
    SendMessage command = text("x");
    command.metadata = " { \"a\" : 1 , \"a\" : 2 } ";
    CHECK(check_fields(command, {}).empty());
    CHECK(command.metadata == R"({"a":2})");
    command.metadata = "";
    CHECK(check_fields(command, {}).empty());
    CHECK(command.metadata == "{}");
    command.metadata = "[]";
    CHECK(check_fields(command, {}) == Wrong{{"metadata", "is invalid"}});
}

TEST_CASE("users do not send system messages", "[messages]") {
    SendMessage command = text("x");
    command.type = MessageType::system;
    CHECK(wrong_with(command) == Wrong{{"message_type", "is invalid"}});
}

TEST_CASE("a time to live is positive and not absurd", "[messages]") {
    SendMessage command = text("x");
    for (const auto seconds : {std::int64_t{0}, std::int64_t{-1}, INT64_MIN, INT64_MAX,
                               INT64_MAX / 1'000'000, std::int64_t{4'000'000'000}}) {
        command.ttl = std::chrono::seconds(seconds);
        CAPTURE(seconds);
        CHECK(wrong_with(command) == Wrong{{"ttl_seconds", "is invalid"}});
    }
    for (const auto seconds : {std::int64_t{1}, std::int64_t{86'400 * 365}}) {
        command.ttl = std::chrono::seconds(seconds);
        CHECK(wrong_with(command).empty());
    }
}

TEST_CASE("a signature comes with its key, and both are short plain text", "[messages]") {
    SendMessage command = text("x");
    command.signature = "c2ln";
    CHECK(wrong_with(command) == Wrong{{"signature", "is invalid"}});
    command.sender_public_key = "a2V5";
    CHECK(wrong_with(command).empty());
    command.signature.clear();
    CHECK(wrong_with(command) == Wrong{{"signature", "is invalid"}});
    for (const auto& bad : {std::string(limits::signature_bytes + 1, 'a'), std::string("a\0b", 3),
                            std::string("\xff"), std::string("a\nb")}) {
        command.signature = bad;
        CHECK(wrong_with(command) == Wrong{{"signature", "is invalid"}});
        command.signature = "c2ln";
        std::swap(command.signature, command.sender_public_key);
        command.sender_public_key = bad;
        CHECK(wrong_with(command) == Wrong{{"signature", "is invalid"}});
        command.sender_public_key = "a2V5";
    }
}

TEST_CASE("all fields that are wrong are told, but to members only", "[messages]") {
    InlineEngine on;
    SendMessage command;
    command.conversation = on.direct(alice, bob);
    command.metadata = "nonsense";
    command.type = MessageType::system;
    const auto error = on.send(alice, command).error();
    CHECK(error.code == Errc::invalid);
    CHECK(error.fields == Wrong{{"content", "can't be blank"},
                                {"metadata", "is invalid"},
                                {"message_type", "is invalid"}});
    CHECK(error.text == "content can't be blank, metadata is invalid, message_type is invalid");
    CHECK(on.send(carol, command).error().code == Errc::not_a_member);
}

TEST_CASE("an error never tells what the message said", "[messages]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    const auto error = on.send(alice, id, std::string("secret\0word", 11)).error();
    CHECK(error.text.find("secret") == std::string::npos);
}

TEST_CASE("a closed conversation takes no messages, whatever is wrong with them", "[messages]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    REQUIRE(on.remove(alice, id, true).result());
    CHECK(on.send(bob, id, "").error().code == Errc::forbidden);
}
