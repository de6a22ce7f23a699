#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

TEST_CASE("any member may rename a group", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    on.clock->advance(std::chrono::minutes(1));
    on.sink->clear();
    const auto renamed = on.update(bob, {id, "crew", ""}).value();
    CHECK(renamed.metadata == R"({"name":"crew"})");
    CHECK(renamed.updated_at == on.clock->now());
    CHECK(renamed.eseq == 2);
    CHECK(renamed.members.size() == 2);
    CHECK(on.show(alice, id).value().metadata == R"({"name":"crew"})");

    const auto told = on.sink->of<ConversationUpdated>();
    REQUIRE(told.size() == 1);
    CHECK(told[0].eseq == 2);
    CHECK(told[0].actor == bob);
    CHECK(std::get<ConversationUpdated>(told[0].what).conversation->metadata ==
          R"({"name":"crew"})");
}

TEST_CASE("metadata is merged key by key", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    REQUIRE(on.update(alice, {id, {}, R"({"color":"red","nested":{"a":1,"b":2}})"}).result());
    const auto merged = on.update(alice, {id, {}, R"({"color":"blue","nested":{"c":3}})"}).value();
    CHECK(merged.metadata == R"({"name":"team","color":"blue","nested":{"c":3}})");
}

TEST_CASE("an update that changes nothing takes no number and tells nobody", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    on.sink->clear();
    const int commits = on.script->commits;
    CHECK(on.update(alice, {id, "team", R"({"name":"team"})"}).value().eseq == 1);
    CHECK(on.update(alice, {id, {}, ""}).value().eseq == 1);
    CHECK(on.sink->all().empty());
    CHECK(on.script->commits == commits);
}

TEST_CASE("an update may not take a group's name away", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    CHECK(on.update(alice, {id, {}, R"({"name":null})"}).error().fields[0].message ==
          "Group conversations must have a name");
    CHECK(on.update(alice, {id, "", ""}).error().fields[0].message ==
          "Group name must be a string");
    CHECK(on.update(alice, {id, std::string(101, 'n'), ""}).error().fields[0].message ==
          "Group name cannot exceed 100 characters");
    CHECK(on.show(alice, id).value().eseq == 1);
}

TEST_CASE("an update with metadata that is no object is refused", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    const auto error = on.update(alice, {id, {}, "[1]"}).error();
    CHECK(error.code == Errc::invalid);
    CHECK(error.fields == std::vector<FieldError>{{"metadata", "is invalid"}});
}

TEST_CASE("metadata that grows too large by merging is refused", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    const std::string half(limits::metadata_bytes / 2, 'x');
    REQUIRE(on.update(alice, {id, {}, "{\"a\":\"" + half + "\"}"}).result());
    CHECK(on.update(alice, {id, {}, "{\"b\":\"" + half + "\"}"}).error().code == Errc::invalid);
    CHECK(on.update(alice, {id, {}, "{\"a\":\"" + half + "y\"}"}).result());
}

TEST_CASE("a direct conversation may be given metadata and a name", "[conversations]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    CHECK(on.update(bob, {id, "us", R"({"e2ee":{"enabled":true}})"}).value().metadata ==
          R"({"e2ee":{"enabled":true},"name":"us"})");
}

TEST_CASE("a name that is not UTF-8 never gets into the metadata of a direct conversation",
          "[conversations]") {
    InlineEngine on;
    const auto id = on.direct(alice, bob);
    CHECK(on.update(alice, {id, "caf\xe9", ""}).error().code == Errc::invalid);
    CHECK(on.show(alice, id).value().metadata == "{}");
}

TEST_CASE("only members update a conversation", "[conversations]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob});
    CHECK(on.update(carol, {id, "mine", ""}).error().code == Errc::not_a_member);
    REQUIRE(on.remove_member(bob, id, bob).result());
    CHECK(on.update(bob, {id, "mine", ""}).error().code == Errc::not_a_member);
    const ConversationId nowhere{numbered(404)};
    CHECK(on.update(alice, {nowhere, "x", ""}).error().code == Errc::conversation_not_found);
}
