#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"

using namespace whispr;
using namespace whispr::test;

namespace {

Answer<std::vector<MemberReceipt>> receipts(EngineFixture& on, UserId caller, MessageId message) {
    Answer<std::vector<MemberReceipt>> answer;
    on.engine->receipts().of_message({caller, {}}, message, answer.completion());
    return answer;
}

}  // namespace

TEST_CASE("the receipts of a message tell of each other member", "[receipts]") {
    InlineEngine on;
    const auto id = on.group(bob, {alice, carol, dave});
    const auto message = on.sent(bob, id, "x").id;
    on.clock->advance(std::chrono::minutes(1));
    const Time delivered = on.clock->now();
    REQUIRE(on.delivered(alice, id, message).result());
    REQUIRE(on.delivered(carol, id, message).result());
    on.clock->advance(std::chrono::minutes(1));
    const Time read = on.clock->now();
    REQUIRE(on.read(alice, {id, message}).result());
    REQUIRE(on.read(dave, {id, message}).result());

    for (const UserId who : {bob, alice}) {
        const auto all = receipts(on, who, message).value();
        REQUIRE(all.size() == 3);
        CHECK(all[0].user == alice);
        CHECK(all[0].delivered_at == delivered);
        CHECK(all[0].read_at == read);
        CHECK(all[1].user == carol);
        CHECK(all[1].delivered_at == delivered);
        CHECK_FALSE(all[1].read_at);
        // What was read has arrived.
        CHECK(all[2].user == dave);
        CHECK(all[2].delivered_at == read);
        CHECK(all[2].read_at == read);
    }
    const auto next = receipts(on, bob, on.sent(bob, id, "y").id).value();
    REQUIRE(next.size() == 3);
    for (const MemberReceipt& receipt : next) {
        CHECK_FALSE(receipt.delivered_at);
        CHECK_FALSE(receipt.read_at);
    }
}

TEST_CASE("who has left is not among a message's receipts", "[receipts]") {
    InlineEngine on;
    const auto id = on.group(alice, {bob, carol});
    const auto message = on.sent(alice, id, "x").id;
    REQUIRE(on.read(bob, {id, {}}).result());
    REQUIRE(on.remove_member(alice, id, bob).result());
    const auto all = receipts(on, alice, message).value();
    REQUIRE(all.size() == 1);
    CHECK(all[0].user == carol);
    CHECK(receipts(on, bob, message).error().code == Errc::message_not_found);
    CHECK(receipts(on, dave, message).error().code == Errc::message_not_found);
    CHECK(receipts(on, alice, MessageId{numbered(404)}).error().code == Errc::message_not_found);
}

TEST_CASE("a large group has no receipts by member", "[receipts]") {
    InlineEngine on;
    std::vector<UserId> others;
    for (std::uint64_t i = 0; i < limits::receipts_members; ++i)
        others.push_back(member_number(i));
    const auto id = on.group(alice, others);
    const auto message = on.sent(alice, id, "x").id;
    CHECK(receipts(on, alice, message).value().empty());
    REQUIRE(on.remove_member(alice, id, others.back()).result());
    CHECK(receipts(on, alice, message).value().size() == limits::receipts_members - 1);
}
