#include "net/deflate.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "net/websocket_codec.hpp"
#include "support/client_frames.hpp"

using net::Compression;
using Outcome = net::Compression::Outcome;

TEST_CASE("what was deflated inflates to the same, with every window") {
    Compression compression;
    std::minstd_rand random(7);
    std::string noise;
    for (int i = 0; i < 50'000; ++i)
        noise += static_cast<char>(random());
    for (const std::string& text :
         {std::string(), std::string("a"), std::string(100'000, 'x'), noise}) {
        for (int bits = 9; bits <= 15; ++bits) {
            const std::string packed = compression.deflate(text, bits);
            std::string_view back;
            REQUIRE(compression.inflate(packed, 1'000'000, back) == Outcome::ok);
            REQUIRE(back == text);
        }
    }
}

TEST_CASE("inflating stops at the limit, not behind it") {
    Compression compression;
    std::string_view out;
    const std::string packed = test::deflated(std::string(1000, 'x'));
    CHECK(compression.inflate(packed, 1000, out) == Outcome::ok);
    CHECK(compression.inflate(packed, 999, out) == Outcome::too_big);
    const std::string bomb = test::deflated(std::string(64 * 1024 * 1024, '\0'));
    CHECK(compression.inflate(bomb, 1000, out) == Outcome::too_big);
    CHECK(out.size() < 64 * 1024);
}

TEST_CASE("a message that failed leaves nothing behind for the next") {
    Compression compression;
    std::string_view out;
    CHECK(compression.inflate("\xff\xff\xff\xff", 1000, out) == Outcome::malformed);
    CHECK(compression.inflate(test::deflated("fine"), 1000, out) == Outcome::ok);
    CHECK(out == "fine");
}

TEST_CASE("nothing is agreed on unless the client offers it") {
    CHECK(net::negotiate_deflate("").window_bits == 0);
    CHECK(net::negotiate_deflate("x-webkit-deflate-frame").window_bits == 0);
    CHECK(net::negotiate_deflate("permessage-deflate; unknown=1").window_bits == 0);
    CHECK(net::negotiate_deflate(";;;,,,=").window_bits == 0);
}

TEST_CASE("both sides keep no state between messages") {
    const auto agreed = net::negotiate_deflate("permessage-deflate; client_max_window_bits");
    CHECK(agreed.window_bits == 15);
    CHECK(agreed.response ==
          "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
}

TEST_CASE("a client that asks for a smaller window gets it") {
    const auto agreed = net::negotiate_deflate("permessage-deflate; server_max_window_bits=10");
    CHECK(agreed.window_bits == 10);
    CHECK(agreed.response.find("server_max_window_bits=10") != std::string::npos);
}

TEST_CASE("a window that zlib cannot make is declined, and the next offer considered") {
    CHECK(net::negotiate_deflate("permessage-deflate; server_max_window_bits=8").window_bits == 0);
    CHECK(net::negotiate_deflate("permessage-deflate; server_max_window_bits=266").window_bits ==
          0);
    CHECK(net::negotiate_deflate("permessage-deflate; server_max_window_bits=8, permessage-deflate")
              .window_bits == 15);
    CHECK(net::negotiate_deflate("permessage-deflate; client_max_window_bits=99").window_bits == 0);
}
