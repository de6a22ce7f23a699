#include "user_sockets.hpp"

#include <catch2/catch.hpp>

using whisprd::UserSockets;

namespace {
const whispr::UserId alice = *whispr::UserId::parse("11111111-1111-4111-8111-000000000001");
const whispr::UserId bob = *whispr::UserId::parse("11111111-1111-4111-8111-000000000002");
}  // namespace

TEST_CASE("a user has at most so many sockets, and gets one again when one closes") {
    UserSockets sockets(2);
    CHECK(sockets.open(alice));
    CHECK(sockets.open(alice));
    CHECK_FALSE(sockets.open(alice));
    CHECK(sockets.open(bob));
    CHECK(sockets.count() == 3);
    sockets.close(alice);
    CHECK(sockets.open(alice));
}

TEST_CASE("the last device that leaves the own topic is told from the others") {
    UserSockets sockets(0);
    REQUIRE(sockets.open(alice));
    REQUIRE(sockets.open(alice));
    sockets.joined(alice);
    sockets.joined(alice);
    CHECK(sockets.left(alice) == 1);
    CHECK(sockets.left(alice) == 0);
}
