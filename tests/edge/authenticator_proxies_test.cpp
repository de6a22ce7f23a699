#include "authenticator_proxies.hpp"

#include <catch2/catch.hpp>

#include "authenticator_dev_mode.hpp"

using namespace edge;

namespace {

TrustedProxies proxies(std::vector<std::string> texts) {
    return TrustedProxies::parse(texts).value();
}

}  // namespace

TEST_CASE("a network holds exactly its addresses") {
    const auto v4 = proxies({"10.20.0.0/15", "192.0.2.7"});
    CHECK(v4.trusts("10.20.0.1"));
    CHECK(v4.trusts("10.21.255.255"));
    CHECK_FALSE(v4.trusts("10.22.0.0"));
    CHECK(v4.trusts("192.0.2.7"));
    CHECK_FALSE(v4.trusts("192.0.2.8"));
    const auto v6 = proxies({"fd00:1::/33", "::1"});
    CHECK(v6.trusts("fd00:1:0::5"));
    CHECK_FALSE(v6.trusts("fd00:1:8000::5"));
    CHECK(v6.trusts("::1"));
    CHECK_FALSE(v6.trusts("127.0.0.1"));
}

TEST_CASE("an IPv4 address in IPv6 form counts as IPv4") {
    CHECK(proxies({"10.0.0.0/8"}).trusts("::ffff:10.1.2.3"));
    CHECK_FALSE(proxies({"10.0.0.0/8"}).trusts("::ffff:11.1.2.3"));
}

TEST_CASE("a zone does not matter") {
    CHECK(proxies({"fe80::/10"}).trusts("fe80::1%eth0"));
}

TEST_CASE("nobody is trusted unless named, and what is no address never is") {
    CHECK_FALSE(TrustedProxies().trusts("127.0.0.1"));
    const auto local = proxies({"127.0.0.0/8"});
    for (const std::string_view peer :
         {"", "localhost", "127.0.0.1:80", "127.1", "0x7f.0.0.1", "unix:"})
        CHECK_FALSE(local.trusts(peer));
    CHECK_FALSE(local.trusts(std::string_view("127.0.0.1\0x", 11)));
}

TEST_CASE("what is no network is refused") {
    const std::string text = GENERATE("", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8",
                                      "10.0.0.1/8", "10.0.0.0/ 8", "0.0.0.0/0", "::/0", "fd00::1/8",
                                      "fd00::/129", "proxy.example", "10.0.0/8");
    INFO(text);
    const std::vector<std::string> texts{"10.0.0.0/8", text};
    CHECK_FALSE(TrustedProxies::parse(texts).has_value());
}

TEST_CASE("headers of proxies are recognised in any letter case") {
    for (const std::string_view name :
         {"Forwarded", "x-forwarded-for", "X-FORWARDED-PROTO", "X-Forwarded-", "X-Real-IP", "via"})
        CHECK(says_forwarded(name));
    for (const std::string_view name : {"", "X-Forwarded", "x-request-id", "forwarded-for", "host"})
        CHECK_FALSE(says_forwarded(name));
}

TEST_CASE("only names of this machine are loopback hosts") {
    for (const std::string_view host : {"localhost", "LOCALHOST:4000", "app.localhost", "127.0.0.1",
                                        "127.9.9.9:80", "[::1]", "[::1]:4000"}) {
        INFO(host);
        CHECK(names_loopback(host));
    }
    for (const std::string_view host :
         {"", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "128.0.0.1",
          "0.0.0.0", "[::2]", "::1", "localhost:", "localhost:x", "notlocalhost", "[::1]x"}) {
        INFO(host);
        CHECK_FALSE(names_loopback(host));
    }
}
