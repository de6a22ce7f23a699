#include "net/handshake_rate.hpp"

#include <catch2/catch.hpp>

using net::HandshakeRate;

namespace {

const HandshakeRate::Clock::time_point start{std::chrono::hours(1)};

int admitted(HandshakeRate& rate, const char* address, int tries,
             HandshakeRate::Clock::time_point now) {
    int count = 0;
    for (int i = 0; i < tries; ++i)
        count += rate.admit(address, now) ? 1 : 0;
    return count;
}

}  // namespace

TEST_CASE("an address may burst, then goes on at its rate") {
    HandshakeRate rate(10, 2, {});
    CHECK(admitted(rate, "192.0.2.1", 100, start) == 10);
    CHECK(admitted(rate, "192.0.2.1", 100, start + std::chrono::seconds(3)) == 6);
    CHECK(admitted(rate, "192.0.2.1", 100, start + std::chrono::hours(1)) == 10);
}

TEST_CASE("addresses do not count against each other") {
    HandshakeRate rate(1, 1, {});
    CHECK(admitted(rate, "192.0.2.1", 5, start) == 1);
    CHECK(admitted(rate, "192.0.2.2", 5, start) == 1);
}

TEST_CASE("the addresses of one IPv6 network count together") {
    HandshakeRate rate(3, 1, {});
    CHECK(admitted(rate, "2001:db8:0:1::1", 2, start) == 2);
    CHECK(admitted(rate, "2001:db8:0:1:ffff::2", 5, start) == 1);
    CHECK(admitted(rate, "2001:db8:0:2::1", 5, start) == 3);
    CHECK(net::counted_address("2001:db8:0:1:2:3:4:5") == "2001:db8:0:1::");
    CHECK(net::counted_address("192.0.2.1") == "192.0.2.1");
}

TEST_CASE("loopback, named exceptions and a rate of nothing are not bounded") {
    HandshakeRate rate(1, 1, {"192.0.2.9"});
    CHECK(admitted(rate, "127.0.0.1", 50, start) == 50);
    CHECK(admitted(rate, "::1", 50, start) == 50);
    CHECK(admitted(rate, "192.0.2.9", 50, start) == 50);
    HandshakeRate none(1, 0, {});
    CHECK(admitted(none, "192.0.2.1", 50, start) == 50);
}

TEST_CASE("addresses that have been quiet are forgotten, and no more than a bound remembered") {
    HandshakeRate rate(2, 1, {});
    for (int i = 0; i < 70'000; ++i) {
        const std::string address = "10." + std::to_string(i / 65536) + "." +
                                    std::to_string(i / 256 % 256) + "." + std::to_string(i % 256);
        rate.admit(address, start);
    }
    CHECK(rate.size() == 65'536);
    rate.admit("192.0.2.1", start + std::chrono::seconds(60));
    CHECK(rate.size() == 1);
}
