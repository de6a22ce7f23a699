#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <string_view>

#include "whispr/conversations.hpp"
#include "whispr/error.hpp"
#include "whispr/messages.hpp"
#include "whispr/result.hpp"

using namespace whispr;

TEST_CASE("every error code has a name of its own", "[error]") {
    std::set<std::string_view> names;
    for (int code = 0; code <= static_cast<int>(Errc::internal); ++code) {
        names.insert(to_string(static_cast<Errc>(code)));
    }
    CHECK(names.size() == static_cast<std::size_t>(Errc::internal) + 1);
    CHECK(to_string(Errc::invalid) == "invalid");
    CHECK(to_string(Errc::outcome_unknown) == "outcome_unknown");
    CHECK(to_string(static_cast<Errc>(200)) == "internal");
}

TEST_CASE("an error about a field says it in words and as a field", "[error]") {
    const Error error = invalid_field("content", "can't be blank");
    CHECK(error.code == Errc::invalid);
    CHECK(error.text == "content can't be blank");
    REQUIRE(error.fields.size() == 1);
    CHECK(error.fields[0] == FieldError{"content", "can't be blank"});
}

TEST_CASE("a result is a value or an error", "[error]") {
    Result<std::string> good = std::string("yes");
    REQUIRE(good);
    CHECK(*good == "yes");
    CHECK(good->size() == 3);
    CHECK(std::string(*std::move(good)) == "yes");

    const Result<std::string> bad = Error{Errc::stale, "older", {}};
    CHECK_FALSE(bad.has_value());
    CHECK(bad.error().code == Errc::stale);

    CHECK(Result<void>().has_value());
    CHECK(Result<void>(Error{Errc::closed, "", {}}).error().code == Errc::closed);
}

TEST_CASE("the words of the wire are read as they are written", "[words]") {
    for (const auto type : {MessageType::text, MessageType::media, MessageType::system}) {
        CHECK(parse_message_type(to_string(type)) == type);
    }
    for (const auto role : {Role::member, Role::moderator, Role::admin, Role::owner}) {
        CHECK(parse_role(to_string(role)) == role);
    }
    CHECK_FALSE(parse_message_type("Text"));
    CHECK_FALSE(parse_message_type(""));
    CHECK_FALSE(parse_role("superuser"));
    CHECK(to_string(DeliveryStatus::sent) == "sent");
    CHECK(to_string(DeliveryStatus::delivered) == "delivered");
    CHECK(to_string(DeliveryStatus::read) == "read");
    CHECK(to_string(ConversationType::direct) == "direct");
    CHECK(to_string(ConversationType::group) == "group");
}
