#include "net/http_message.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "net/http_parser.hpp"
#include "net/http_writer.hpp"

using net::HttpResponse;

namespace {

net::HttpRequest request(const std::string& target, const std::string& lines) {
    net::HttpParser parser(10'000, 10'000);
    std::size_t used = 0;
    REQUIRE(parser.put("GET " + target + " HTTP/1.1\r\nHost: x\r\n" + lines + "\r\n", used) ==
            net::HttpParser::State::complete);
    return std::move(parser.builder().request());
}

}  // namespace

TEST_CASE("headers are found without regard to case, first or all") {
    const net::HttpRequest got = request("/", "X-A: one\r\nx-a:  two \r\nB:\r\n");
    CHECK(got.header("X-a") == "one");
    CHECK(got.headers("x-A") == std::vector<std::string_view>{"one", "two"});
    CHECK(got.header("b") == "");
    CHECK_FALSE(got.header("c").has_value());
    CHECK(got.field_count() == 4);
    CHECK(got.field(2).value == "two");
}

TEST_CASE("a word in a list header is found as a whole") {
    const net::HttpRequest got =
        request("/", "Connection: keep-alive , Upgrade\r\nConnection: other\r\n");
    CHECK(got.header_has_token("connection", "upgrade"));
    CHECK(got.header_has_token("connection", "other"));
    CHECK_FALSE(got.header_has_token("connection", "keep"));
}

TEST_CASE("a target has a path and a query") {
    CHECK(request("/a/b?c=d?e", "").path() == "/a/b");
    CHECK(request("/a/b?c=d?e", "").query() == "c=d?e");
    CHECK(request("/a", "").query().empty());
}

TEST_CASE("a moved request keeps its short texts") {
    net::HttpRequest first = request("/", "A: b\r\n");
    const net::HttpRequest second = std::move(first);
    CHECK(second.method() == "GET");
    CHECK(second.header("a") == "b");
}

TEST_CASE("an answer's head says length, date and the end of the connection") {
    HttpResponse response = HttpResponse::make(404, "text/plain", "nothing");
    const std::string head = net::write_head(response, {.keep_alive = false}, "Date: today\r\n");
    CHECK(
        head ==
        "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nDate: today\r\nContent-Length: 7\r\n"
        "Connection: close\r\n\r\n");
    CHECK(net::write_head(response, {.keep_alive = true, .version = 10}, "")
              .find("Connection: keep-alive") != std::string::npos);
}

TEST_CASE("answers without a body say so in the way of their status") {
    HttpResponse response;
    response.status = 204;
    CHECK(net::write_head(response, {.keep_alive = true}, "") == "HTTP/1.1 204 No Content\r\n\r\n");
    response.status = 200;
    response.body = net::Buffer::copy("12345");
    CHECK(net::write_head(response, {.is_head = true, .keep_alive = true}, "") ==
          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    CHECK_FALSE(net::has_body(response, {.is_head = true}));
    CHECK(net::has_body(response, {}));
    response.status = 304;
    CHECK_FALSE(net::has_body(response, {}));
}

TEST_CASE("a header value cannot begin another header") {
    HttpResponse response;
    response.add("Location", "/a\r\nSet-Cookie: x=1");
    response.add("Content-Length", "1000");
    response.add("transfer-encoding", "chunked");
    const std::string head = net::write_head(response, {.keep_alive = true}, "");
    CHECK(head == "HTTP/1.1 200 OK\r\nLocation: /a  Set-Cookie: x=1\r\nContent-Length: 0\r\n\r\n");
}

TEST_CASE("a date is written as HTTP wants it") {
    net::DateHeader date;
    CHECK(date.at(784111777) == "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
    CHECK(date.at(784111778) == "Date: Sun, 06 Nov 1994 08:49:38 GMT\r\n");
}

TEST_CASE("statuses have their phrase, unknown ones none") {
    CHECK(net::reason_phrase(200) == "OK");
    CHECK(net::reason_phrase(426) == "Upgrade Required");
    CHECK(net::reason_phrase(299).empty());
}
