#include <catch2/catch.hpp>

#include "conversations/conversation_rules.hpp"
#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

std::string complaint(const Error& error) {
    REQUIRE(error.code == Errc::invalid);
    REQUIRE(error.fields.size() == 1);
    CHECK(error.fields[0].field == "metadata");
    return error.fields[0].message;
}

Error refusal(std::string name, std::string metadata) {
    InlineEngine on;
    CreateGroup command;
    command.name = std::move(name);
    command.metadata = std::move(metadata);
    command.members = {bob};
    return on.create_group(alice, std::move(command)).error();
}

}  // namespace

TEST_CASE("a group must have a name", "[conversations]") {
    CHECK(complaint(refusal("", "{}")) == "Group conversations must have a name");
    CHECK(complaint(refusal("", R"({"name":null})")) == "Group conversations must have a name");
}

TEST_CASE("a group's name is a string that is not empty", "[conversations]") {
    CHECK(complaint(refusal("", R"({"name":""})")) == "Group name must be a string");
    CHECK(complaint(refusal("", R"({"name":7})")) == "Group name must be a string");
    CHECK(complaint(refusal("", R"({"name":["a"]})")) == "Group name must be a string");
}

TEST_CASE("a group's name has at most a hundred bytes", "[conversations]") {
    InlineEngine on;
    CHECK(on.group(alice, {bob}, std::string(100, 'n')) != ConversationId{});
    CHECK(complaint(refusal(std::string(101, 'n'), "{}")) ==
          "Group name cannot exceed 100 characters");
    // 34 characters of three bytes.
    std::string long_in_bytes;
    for (int i = 0; i < 34; ++i)
        long_in_bytes += "\u20ac";
    CHECK(complaint(refusal(long_in_bytes, "{}")) == "Group name cannot exceed 100 characters");
}

TEST_CASE("a group's name holds no NUL", "[conversations]") {
    CHECK(complaint(refusal(std::string("a\0b", 3), "{}")) == "is invalid");
    CHECK(complaint(refusal("", R"({"name":"a\u0000b"})")) == "is invalid");
}

TEST_CASE("a group's name that is not UTF-8 is refused", "[conversations]") {
    CHECK(complaint(refusal("caf\xe9", "{}")) == "is invalid");
}

TEST_CASE("the name given beside the metadata wins over the one inside", "[conversations]") {
    InlineEngine on;
    CreateGroup command;
    command.name = "outside";
    command.metadata = R"({"name":"inside","color":"red"})";
    command.members = {bob};
    CHECK(on.create_group(alice, command).value().metadata ==
          R"({"name":"outside","color":"red"})");
    command.name.clear();
    CHECK(on.create_group(alice, command).value().metadata == R"({"name":"inside","color":"red"})");
}

TEST_CASE("a group's name is kept to the letter", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob}, "  \"quoted\" \\ \u0394\U0001f600\t ");
    const auto metadata = on.show(bob, id).value().metadata;
    CHECK(metadata == "{\"name\":\"  \\\"quoted\\\" \\\\ \u0394\U0001f600\\t \"}");
    CHECK_FALSE(refuse_group_name(metadata));
}
