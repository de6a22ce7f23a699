#include "net/http_parser.hpp"

#include <catch2/catch.hpp>
#include <string>

using net::HttpParser;
using State = net::HttpParser::State;

namespace {

constexpr std::size_t head_limit = 1024;
constexpr std::size_t body_limit = 100;

struct Parsed {
    State state = State::head;
    unsigned status = 0;
    std::string body;
    std::string method;
    std::string target;
    std::size_t left = 0;
    bool keep_alive = false;
    bool has_trailer = false;
};

// Feeds bytes in pieces of `step`, keeping what was not used, as a session does.
Parsed parse(const std::string& bytes, std::size_t step = std::string::npos) {
    HttpParser parser(head_limit, body_limit);
    Parsed out;
    std::string pending;
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t size = std::min(step, bytes.size() - at);
        pending.append(bytes, at, size);
        at += size;
        std::size_t used = 0;
        out.state = parser.put(pending, used);
        pending.erase(0, used);
        if (out.state == State::failed) {
            out.status = parser.failure().status;
            return out;
        }
        if (out.state != State::complete) continue;
        net::HttpRequest& request = parser.builder().request();
        out.left = pending.size() + bytes.size() - at;
        out.keep_alive = parser.keep_alive();
        out.method = request.method();
        out.target = request.target();
        out.body = request.body();
        out.has_trailer = request.header("x-trailer").has_value();
        return out;
    }
    return out;
}

const std::string post = "POST /a HTTP/1.1\r\nHost: x\r\n";

}  // namespace

TEST_CASE("a request is read in any pieces") {
    const std::string bytes = post + "Content-Length: 5\r\n\r\nhello";
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
        const Parsed parsed = parse(bytes, step);
        REQUIRE(parsed.state == State::complete);
        REQUIRE(parsed.body == "hello");
        REQUIRE(parsed.method == "POST");
        REQUIRE(parsed.target == "/a");
        REQUIRE(parsed.keep_alive);
    }
}

TEST_CASE("what follows a request is left alone") {
    CHECK(parse(post + "Content-Length: 2\r\n\r\nokGET / HTTP/1.1\r\n").left == 16);
    CHECK(parse("GET / HTTP/1.1\r\nHost: x\r\n\r\nrest").left == 4);
}

TEST_CASE("a chunked body is joined, in any pieces, and its trailers are dropped") {
    const std::string bytes =
        post +
        "Transfer-Encoding: chunked\r\n\r\n3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: t\r\n\r\n";
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
        const Parsed parsed = parse(bytes, step);
        REQUIRE(parsed.state == State::complete);
        REQUIRE(parsed.body == "abcde");
        REQUIRE_FALSE(parsed.has_trailer);
    }
}

TEST_CASE("a broken chunked body is refused") {
    const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
    CHECK(parse(chunked + "zz\r\n").status == 400);
    CHECK(parse(chunked + "3\nabc\r\n0\r\n\r\n").status == 400);
    CHECK(parse(chunked + "3\r\nabcde\r\n0\r\n\r\n").status == 400);
    CHECK(parse(chunked + "-3\r\nabc\r\n").status == 400);
    CHECK(parse(chunked + "fffffffffffffffff\r\n").status == 400);
    CHECK(parse(chunked + "3;" + std::string(10'000, 'x')).status == 400);
    CHECK(parse(chunked + "0\r\n" + std::string(10'000, 'x')).status == 400);
}

TEST_CASE("a body beyond the limit is refused, from its announced length or as it comes") {
    CHECK(parse(post + "Content-Length: 101\r\n\r\n").status == 413);
    CHECK(parse(post + "Content-Length: 18446744073709551615\r\n\r\n").status == 413);
    CHECK(parse(post + "Content-Length: 18446744073709551616\r\n\r\n").status == 400);
    CHECK(parse(post + "Content-Length: 100\r\n\r\n" + std::string(100, 'x')).state ==
          State::complete);
    std::string chunks = post + "Transfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 11; ++i)
        chunks += "a\r\n0123456789\r\n";
    CHECK(parse(chunks + "0\r\n\r\n", 7).status == 413);
}

TEST_CASE("a head beyond the limit is refused, complete or not") {
    CHECK(parse("GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(2000, 'a')).status == 431);
    CHECK(parse("GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(2000, 'a') + "\r\n\r\n").status ==
          431);
    CHECK(parse("GET /" + std::string(2000, 'a'), 10).status == 431);
}

TEST_CASE("an absolute target is reduced to its path") {
    CHECK(parse("GET http://host:80/a?b HTTP/1.1\r\nHost: x\r\n\r\n").target == "/a?b");
    CHECK(parse("GET https://host HTTP/1.1\r\nHost: x\r\n\r\n").target == "/");
    CHECK(parse("GET /a://b HTTP/1.1\r\nHost: x\r\n\r\n").target == "/a://b");
}

TEST_CASE("a connection is kept as version and header say") {
    CHECK(parse("GET / HTTP/1.1\r\nHost: x\r\n\r\n").keep_alive);
    CHECK_FALSE(parse("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").keep_alive);
    CHECK_FALSE(parse("GET / HTTP/1.0\r\n\r\n").keep_alive);
    CHECK(parse("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
}

TEST_CASE("unknown methods are let through for the host to judge") {
    CHECK(parse("BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n").method == "BREW");
}
