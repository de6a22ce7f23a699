#include <catch2/catch.hpp>
#include <string>

#include "net/http_head_check.hpp"

namespace {

unsigned status_of(const std::string& head) {
    const auto failure = net::check_head(head);
    return failure ? failure->status : 200;
}

// A request with these lines behind a good beginning.
std::string with(const std::string& lines) {
    return "POST /a HTTP/1.1\r\nHost: x\r\n" + lines + "\r\n";
}

}  // namespace

TEST_CASE("ordinary heads pass") {
    CHECK(status_of("GET / HTTP/1.1\r\nHost: x\r\n\r\n") == 200);
    CHECK(status_of("GET /a?b=c%20d HTTP/1.0\r\n\r\n") == 200);
    CHECK(status_of("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n") == 200);
    CHECK(status_of("GET http://x/a HTTP/1.1\r\nHost: x\r\n\r\n") == 200);
    CHECK(status_of(with("Content-Length: 5\r\n")) == 200);
    CHECK(status_of(with("transfer-encoding: Chunked\r\n")) == 200);
    CHECK(status_of(with("Expect: 100-Continue\r\n")) == 200);
    CHECK(status_of(with("Empty:\r\nTabs:\ta\tb\t\r\nName: \xc3\xa9\r\n")) == 200);
}

TEST_CASE("a request whose length can be read in two ways is refused") {
    CHECK(status_of(with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")) == 400);
    CHECK(status_of(with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")) == 400);
    CHECK(status_of(with("Content-Length: 5\r\nContent-Length: 6\r\n")) == 400);
    CHECK(status_of(with("Content-Length: 5\r\ncontent-length: 5\r\n")) == 400);
    CHECK(status_of(with("Content-Length: 5, 5\r\n")) == 400);
    CHECK(status_of(with("Content-Length: +5\r\n")) == 400);
    CHECK(status_of(with("Content-Length: 0x5\r\n")) == 400);
    CHECK(status_of(with("Content-Length: -1\r\n")) == 400);
    CHECK(status_of(with("Content-Length:\r\n")) == 400);
    CHECK(status_of(with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")) == 400);
    CHECK(status_of(with("Transfer-Encoding: gzip, chunked\r\n")) == 501);
    CHECK(status_of(with("Transfer-Encoding: identity\r\n")) == 501);
    CHECK(status_of(with("Transfer-Encoding: xchunked\r\n")) == 501);
    CHECK(status_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") == 400);
}

TEST_CASE("lines that two readers would cut differently are refused") {
    CHECK(status_of(with("A: b\r\n folded\r\n")) == 400);
    CHECK(status_of(with("A: b\r\n\tfolded\r\n")) == 400);
    CHECK(status_of(with("A: b\nContent-Length: 5\r\n")) == 400);
    CHECK(status_of(with("A: b\rContent-Length: 5\r\n")) == 400);
    CHECK(status_of(with("Content-Length : 5\r\n")) == 400);
    CHECK(status_of(with(" Content-Length: 5\r\n")) == 400);
    CHECK(status_of(with(std::string("Content\0Length: 5\r\n", 19))) == 400);
    CHECK(status_of(with("no colon\r\n")) == 400);
    CHECK(status_of(with(": no name\r\n")) == 400);
    CHECK(status_of(with("na(me: x\r\n")) == 400);
    CHECK(status_of(with(std::string("A: b\0c\r\n", 8))) == 400);
    CHECK(status_of(with("A: b\x7f\r\n")) == 400);
}

TEST_CASE("request lines that are none are refused") {
    CHECK(status_of("GET /\r\nHost: x\r\n\r\n") == 400);
    CHECK(status_of("GET  HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
    CHECK(status_of("GET /a b HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
    CHECK(status_of("G@T / HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
    CHECK(status_of("GET a HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
    CHECK(status_of("GET * HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
    CHECK(status_of("CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
    CHECK(status_of("GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
    CHECK(status_of("GET / http/1.1\r\nHost: x\r\n\r\n") == 400);
    CHECK(status_of("GET / HTTP/1.1x\r\nHost: x\r\n\r\n") == 400);
    CHECK(status_of("\x16\x03\x01\x02\r\n\r\n") == 400);
}

TEST_CASE("other versions are told apart from malformed ones") {
    CHECK(status_of("GET / HTTP/2.0\r\nHost: x\r\n\r\n") == 505);
    CHECK(status_of("GET / HTTP/1.2\r\nHost: x\r\n\r\n") == 505);
    CHECK(status_of("GET / HTTP/0.9\r\nHost: x\r\n\r\n") == 505);
}

TEST_CASE("one host is named, in HTTP/1.1") {
    CHECK(status_of("GET / HTTP/1.1\r\n\r\n") == 400);
    CHECK(status_of("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n") == 400);
}

TEST_CASE("an unknown expectation is refused") {
    CHECK(status_of(with("Expect: miracles\r\n")) == 417);
}
