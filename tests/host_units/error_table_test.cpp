#include "edge/error_table.hpp"

#include <array>
#include <catch2/catch.hpp>

using namespace edge;
using whispr::Errc;
using whispr::Error;

namespace {

Error invalid() {
    return {Errc::invalid,
            "x",
            {{"content", "can't be blank"}, {"message_type", "is invalid"}, {"content", "twice"}}};
}

std::string socket(const Error& error, std::span<const SocketWording> wordings = {}) {
    std::string out;
    write_socket_error(out, error, wordings);
    return out;
}

}  // namespace

TEST_CASE("wrong fields are told in the family of the route") {
    const auto details = http_error(invalid(), {});
    CHECK(details.status == 422);
    CHECK(
        details.body ==
        R"({"error":"Validation failed","details":{"content":["can't be blank","twice"],"message_type":["is invalid"]}})");
    const auto errors = http_error(invalid(), {.fields = FieldErrors::errors});
    CHECK(errors.body ==
          R"({"errors":{"content":["can't be blank","twice"],"message_type":["is invalid"]}})");
    const auto plain = http_error(invalid(), {.fields = FieldErrors::error});
    CHECK(plain.status == 400);
    CHECK(plain.body ==
          R"({"error":{"content":["can't be blank","twice"],"message_type":["is invalid"]}})");
}

TEST_CASE("a route's own words come before the table's") {
    const Error missing{Errc::message_not_found, "message x was not found", {}};
    constexpr std::array words{HttpWording{Errc::message_not_found, 404, "Message not found"}};
    CHECK(http_error(missing, {}).body == R"({"error":"Resource not found"})");
    CHECK(http_error(missing, {.wordings = words}).body == R"({"error":"Message not found"})");
}

TEST_CASE("what may pass is answered 503 and may be repeated") {
    for (const auto code : {Errc::unavailable, Errc::overloaded, Errc::closed}) {
        const auto answer = http_error({code, "the database is away", {}}, {});
        CHECK(answer.status == 503);
        CHECK(answer.retry_later);
        CHECK(answer.body == R"({"error":"temporary_unavailable"})");
    }
}

TEST_CASE("the engine's text stays inside, but where it names a bound") {
    CHECK(http_error({Errc::internal, "row 7 is odd", {}}, {}).body ==
          R"({"error":"Internal server error"})");
    CHECK(http_error({Errc::limit_reached, "a group has at most 5000 members", {}}, {}).body ==
          R"({"error":"a group has at most 5000 members"})");
}

TEST_CASE("a conversation with oneself has the body that clients know") {
    CHECK(
        http_error({Errc::with_self, "x", {}}, {.fields = FieldErrors::errors}).body ==
        R"({"errors":{"type":["can't be blank"],"base":["Cannot create conversation with yourself"]}})");
}

TEST_CASE("trouble with signatures has words of its own on both surfaces") {
    const auto error = whispr::invalid_field("signature", "is invalid");
    CHECK(http_error(error, {}).body == R"({"error":"Invalid message signature"})");
    CHECK(socket(error) == R"({"reason":"invalid_signature"})");
}

TEST_CASE("sockets are told fields or a reason") {
    CHECK(socket(invalid()) ==
          R"({"errors":{"content":["can't be blank","twice"],"message_type":["is invalid"]}})");
    CHECK(socket({Errc::not_editable, "x", {}}) == R"({"reason":"message_not_editable"})");
    constexpr std::array words{SocketWording{Errc::invalid, "message_not_editable"}};
    CHECK(socket(invalid(), words) == R"({"reason":"message_not_editable"})");
}

TEST_CASE("the framework's family is JSON") {
    CHECK(framework_error(404).body == R"({"errors":{"detail":"Not Found"}})");
    CHECK(framework_error(413).body == R"({"errors":{"detail":"Request Entity Too Large"}})");
    CHECK(plain_error(400, "a \"b\"").body == R"({"error":"a \"b\""})");
}
