#include <catch2/catch.hpp>

#include "support/test_app.hpp"
#include "support/test_client.hpp"

using namespace std::chrono_literals;
using test::get;
using test::Running;
using test::TestClient;

TEST_CASE("a head that is too large is refused with 431") {
    Running running;
    TestClient client(running.server.port());
    client.send_some("GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(20'000, 'a'));
    CHECK(client.read_answer().status == 431);
    CHECK(client.read_to_end().empty());
}

TEST_CASE("a body that is too large is refused with 413, and the client can still read why") {
    net::ServerOptions options;
    options.sizes.body_bytes = 1000;
    Running running(options);
    TestClient announced(running.server.port());
    announced.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n");
    announced.send_some(std::string(3'000'000, 'x'));
    CHECK(announced.read_answer().status == 413);

    TestClient chunked(running.server.port());
    chunked.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    chunked.send("3e9\r\n" + std::string(1001, 'x') + "\r\n0\r\n\r\n");
    CHECK(chunked.read_answer().status == 413);
}

TEST_CASE("a head that dribbles in is cut off by time") {
    net::ServerOptions options;
    options.times.tick = 10ms;
    options.times.head = 150ms;
    Running running(options);
    TestClient silent(running.server.port());
    CHECK(silent.read_to_end().empty());

    // One byte after the other does not win time: the limit counts from the first.
    TestClient slow(running.server.port());
    const std::string bytes = "GET /echo HTTP/1.1\r\nX: " + std::string(1'000'000, 'a');
    std::size_t sent = 0;
    std::string got;
    while (got.empty() && sent < bytes.size()) {
        slow.send(bytes.substr(sent++, 1));
        if (running.server.counters().timeouts >= 2) got = slow.read_to_end();
        if (sent > 15'000) got = slow.read_to_end();
    }
    CHECK(got.starts_with("HTTP/1.1 408"));
    CHECK(running.server.counters().timeouts == 2);
}

TEST_CASE("a body that dribbles in is cut off by time") {
    net::ServerOptions options;
    options.times.tick = 10ms;
    options.times.body_grace = 150ms;
    Running running(options);
    TestClient client(running.server.port());
    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nonly this");
    CHECK(client.read_answer().status == 408);
    CHECK(client.read_to_end().empty());
}

TEST_CASE("a connection without a next request is ended by time") {
    net::ServerOptions options;
    options.times.tick = 10ms;
    options.times.keep_alive = 150ms;
    Running running(options);
    TestClient client(running.server.port());
    CHECK(client.ask(get("/echo")).status == 200);
    CHECK(client.read_to_end().empty());
    CHECK(running.server.counters().timeouts == 0);
}

TEST_CASE("a client that does not read its answer is ended by time") {
    net::ServerOptions options;
    options.times.tick = 10ms;
    options.times.write_stall = 150ms;
    Running running(options);
    TestClient client(running.server.port(), {.receive_buffer = 4096});
    client.send(get("/big"));
    while (running.server.counters().slow_receivers == 0)
        std::this_thread::yield();
    CHECK(client.read_to_end().size() < 20'000'000);
}

TEST_CASE("a client that pipelines without reading is slowed down, not served without end") {
    Running running;
    TestClient client(running.server.port(), {.receive_buffer = 4096});
    // Half a megabyte of answers for each; the server takes up to a bound of unread ones.
    std::string requests;
    for (int i = 0; i < 20; ++i)
        requests += get("/big");
    client.send(requests);
    client.shut_down_writing();
    for (int i = 0; i < 3; ++i) {
        REQUIRE(client.read_answer().body.size() == 20'000'000);
        CHECK(running.server.counters().requests <= static_cast<unsigned>(i) + 2);
    }
}

TEST_CASE("connections beyond the limit are refused, and taken again when others have ended") {
    net::ServerOptions options;
    options.sizes.connections = 2;
    Running running(options);
    {
        TestClient first(running.server.port());
        TestClient second(running.server.port());
        CHECK(first.ask(get("/echo")).status == 200);
        CHECK(second.ask(get("/echo")).status == 200);
        TestClient third(running.server.port());
        CHECK(third.read_to_end().empty());
        CHECK(running.server.counters().refused == 1);
    }
    while (running.server.counters().http_open != 0)
        std::this_thread::yield();
    TestClient fourth(running.server.port());
    CHECK(fourth.ask(get("/echo")).status == 200);
}

TEST_CASE("large bodies of all connections together stay within a bound") {
    net::ServerOptions options;
    options.sizes.input_bytes = 1'000'000;
    Running running(options);
    const std::string head = "POST /hold HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n";
    TestClient first(running.server.port());
    first.send(head + std::string(900'000, 'x'));
    REQUIRE(running.app.wait_for_held(1));
    TestClient second(running.server.port());
    second.send(head);
    second.send_some(std::string(900'000, 'x'));
    CHECK(second.read_answer().status == 503);
    CHECK(running.server.counters().refused == 1);

    // Answered ones no longer count.
    running.app.release(1);
    CHECK(first.read_answer().status == 200);
    first.send(head + std::string(900'000, 'x'));
    running.app.release(1);
    CHECK(first.read_answer().status == 200);
}
