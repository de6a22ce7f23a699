#include <catch2/catch.hpp>
#include <string>
#include <type_traits>
#include <unordered_set>

#include "support/counted_ids.hpp"
#include "whispr/ids.hpp"

using namespace whispr;
using whispr::test::numbered;

namespace {
constexpr auto text = "0189a3c4-5e6f-7a8b-9c0d-e1f203142536";
}

TEST_CASE("an id is written as it was read", "[ids]") {
    const auto id = Uuid::parse(text);
    REQUIRE(id);
    CHECK(id->to_string() == text);
    CHECK(id->bytes[0] == 0x01);
    CHECK(id->bytes[15] == 0x36);
}

TEST_CASE("upper case is read and lower case is written", "[ids]") {
    const auto id = MessageId::parse("0189A3C4-5E6F-7A8B-9C0D-E1F203142536");
    REQUIRE(id);
    CHECK(id->to_string() == text);
    CHECK(*id == *MessageId::parse(text));
}

TEST_CASE("any other text is no id", "[ids]") {
    const std::string good = text;
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (const char wrong : {'g', ' ', '\0', '/', ':', '@', '`', '{', '\xff'}) {
            std::string bad = good;
            bad[i] = wrong;
            CAPTURE(i, static_cast<int>(wrong));
            CHECK_FALSE(Uuid::parse(bad));
        }
    }
    std::string without_dash = good;
    without_dash[8] = '0';
    CHECK_FALSE(Uuid::parse(without_dash));
    for (const auto* bad :
         {"", "0189a3c4", "0189a3c45e6f7a8b9c0de1f203142536",
          "{0189a3c4-5e6f-7a8b-9c0d-e1f203142536}", "0189a3c4-5e6f-7a8b-9c0d-e1f2031425360",
          "0189a3c4-5e6f-7a8b-9c0d-e1f20314253"}) {
        CHECK_FALSE(Uuid::parse(bad));
    }
}

TEST_CASE("the system is the nil user", "[ids]") {
    CHECK(system_user.is_nil());
    CHECK(system_user.to_string() == "00000000-0000-0000-0000-000000000000");
    CHECK_FALSE(UserId{numbered(1)}.is_nil());
}

TEST_CASE("ids are ordered like their texts", "[ids]") {
    const auto low = *Uuid::parse("00000000-0000-0000-0000-0000000000ff");
    const auto high = *Uuid::parse("01000000-0000-0000-0000-000000000000");
    CHECK(low < high);
    CHECK(low.to_string() < high.to_string());
}

TEST_CASE("ids of different kinds cannot be exchanged", "[ids]") {
    STATIC_REQUIRE_FALSE(std::is_convertible_v<UserId, MessageId>);
    STATIC_REQUIRE_FALSE(std::is_constructible_v<MessageId, UserId>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<Uuid, UserId>);
}

TEST_CASE("ids that are neighbours do not share a hash", "[ids]") {
    std::unordered_set<std::size_t> hashes;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        const auto hash = std::hash<ConversationId>{}(ConversationId{numbered(i)});
        hashes.insert(hash);
    }
    CHECK(hashes.size() == 1000);
}
