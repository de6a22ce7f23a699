#include "config_values.hpp"

#include <catch2/catch.hpp>

using namespace edge;
using namespace std::chrono_literals;

TEST_CASE("sizes have units of 1,024") {
    CHECK(parse_size("0") == 0);
    CHECK(parse_size("65536") == 65'536);
    CHECK(parse_size("64k") == 65'536);
    CHECK(parse_size("64KiB") == 65'536);
    CHECK(parse_size("3m") == 3 * 1'048'576);
    CHECK(parse_size("2g") == 2'147'483'648);
    for (const std::string_view text : {"", "k", "-1", "+1", "1.5k", "1 k", "1kb",
                                        "18446744073709551616", "18014398509481984k"}) {
        INFO(text);
        CHECK_FALSE(parse_size(text));
    }
}

TEST_CASE("durations have units and are milliseconds without one") {
    CHECK(parse_duration("1500") == 1500ms);
    CHECK(parse_duration("45s") == 45s);
    CHECK(parse_duration("10m") == 10min);
    CHECK(parse_duration("30d") == 720h);
    for (const std::string_view text :
         {"", "s", "-1s", "1.5s", "1w", "10001d", "99999999999999999999s"}) {
        INFO(text);
        CHECK_FALSE(parse_duration(text));
    }
}

TEST_CASE("a shown duration is read back") {
    for (const auto time :
         {0ms, 1ms, 1500ms, 45'000ms, 600'000ms, 3'600'000ms, 90'000'000ms, 172'800'000ms})
        CHECK(parse_duration(show_duration(time)) == time);
}

TEST_CASE("a listening address is an IP address and a port") {
    CHECK(parse_listen("0.0.0.0:0") == ListenAddress{"0.0.0.0", 0});
    CHECK(parse_listen("[fd00::1]:65535") == ListenAddress{"fd00::1", 65'535});
    CHECK(parse_listen("[fd00::1]:1")->text() == "[fd00::1]:1");
    CHECK(parse_listen("LocalHost:1")->is_loopback());
    CHECK(parse_listen("127.1.2.3:1")->is_loopback());
    CHECK_FALSE(parse_listen("128.0.0.1:1")->is_loopback());
    CHECK_FALSE(parse_listen("[::]:1")->is_loopback());
}

TEST_CASE("lists leave out blanks and empty pieces") {
    CHECK(parse_list(" a, b ,,c,") == std::vector<std::string>{"a", "b", "c"});
    CHECK(parse_list("").empty());
    CHECK(parse_list(" , ").empty());
}
