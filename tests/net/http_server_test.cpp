#include <catch2/catch.hpp>

#include "support/test_app.hpp"
#include "support/test_client.hpp"

using test::Answer;
using test::get;
using test::Running;
using test::TestClient;

TEST_CASE("a request is answered, and the connection kept for the next") {
    Running running;
    TestClient client(running.server.port());
    const Answer first = client.ask(get("/echo?a=b"));
    CHECK(first.status == 200);
    CHECK(first.body == "GET /echo?a=b\n");
    CHECK(first.headers.count("date") == 1);
    CHECK(first.headers.count("connection") == 0);
    const Answer second =
        client.ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody");
    CHECK(second.body == "POST /echo\nbody");
    CHECK(running.server.counters().accepted == 1);
    CHECK(running.server.counters().requests == 2);
}

TEST_CASE("a request that arrives byte by byte is understood") {
    Running running;
    TestClient client(running.server.port());
    for (char c : std::string("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
                              "chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")) {
        client.send(std::string(1, c));
    }
    CHECK(client.read_answer().body == "POST /echo\nabc");
}

TEST_CASE("pipelined requests are answered in order, whoever answers them") {
    Running running;
    TestClient client(running.server.port());
    std::string requests;
    for (int i = 0; i < 50; ++i)
        requests += get("/thread") + get("/echo?" + std::to_string(i)) + get("/empty");
    client.send(requests + get("/hold") + get("/echo?last"));
    for (int i = 0; i < 50; ++i) {
        REQUIRE(client.read_answer().body == "from a thread");
        REQUIRE(client.read_answer().body == "GET /echo?" + std::to_string(i) + "\n");
        REQUIRE(client.read_answer().status == 204);
    }
    running.app.release(1);
    CHECK(client.read_answer().body == "released");
    CHECK(client.read_answer().body == "GET /echo?last\n");
}

TEST_CASE("a large body is announced, received and sent back whole") {
    Running running;
    TestClient client(running.server.port());
    const std::string body(3'000'000, 'x');
    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n");
    client.send(body);
    CHECK(client.read_answer().body.size() == body.size() + std::string("POST /echo\n").size());
    CHECK(client.ask(get("/big")).body.size() == 20'000'000);
    CHECK(client.ask(get("/echo")).status == 200);
}

TEST_CASE("HEAD gets the length but no body") {
    Running running;
    TestClient client(running.server.port());
    client.send("HEAD /echo HTTP/1.1\r\nHost: x\r\n\r\n" + get("/echo"));
    const Answer head = client.read_answer(true);
    CHECK(head.headers.at("content-length") == "11");
    CHECK(client.read_answer().body == "GET /echo\n");
}

TEST_CASE("HTTP/1.0 ends after the answer unless it asks to go on") {
    Running running;
    TestClient client(running.server.port());
    const Answer kept = client.ask("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK(kept.headers.at("connection") == "keep-alive");
    const Answer last = client.ask("GET /echo HTTP/1.0\r\n\r\n");
    CHECK(last.headers.at("connection") == "close");
    CHECK(client.read_to_end().empty());
}

TEST_CASE("a client that asks for it is told to go on before it sends the body") {
    Running running;
    TestClient client(running.server.port());
    client.send(
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    CHECK(client.read_exactly(25) == "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("body");
    CHECK(client.read_answer().body == "POST /echo\nbody");
    // One that does not wait is not told.
    client.send(
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\nbody");
    CHECK(client.read_answer().status == 200);
}

TEST_CASE("a body that will be refused is refused before it is sent") {
    Running running;
    TestClient client(running.server.port());
    client.send(
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\nExpect: "
        "100-continue\r\n\r\n");
    CHECK(client.read_answer().status == 413);
    CHECK(client.read_to_end().empty());
}

TEST_CASE("a client that has ended its side still gets its answer") {
    Running running;
    TestClient client(running.server.port());
    client.send(get("/hold"));
    client.shut_down_writing();
    running.app.release(1);
    CHECK(client.read_answer().body == "released");
    CHECK(client.read_to_end().empty());
}

TEST_CASE("a request nobody answers, or whose handler throws, is answered 500") {
    Running running;
    TestClient client(running.server.port());
    const Answer dropped = client.ask(get("/drop"));
    CHECK(dropped.status == 500);
    CHECK(dropped.body == "{\"error\":\"internal server error\"}");
    CHECK(client.ask(get("/throw")).status == 500);
    CHECK(client.ask(get("/echo")).status == 200);
    CHECK(running.server.counters().handler_errors == 1);
}

TEST_CASE("an answer for a client that has gone is dropped") {
    Running running;
    {
        TestClient client(running.server.port());
        client.send(get("/hold"));
        REQUIRE(running.app.wait_for_held(1));
        client.reset();
    }
    running.app.release(1);
    TestClient client(running.server.port());
    CHECK(client.ask(get("/echo")).status == 200);
}

TEST_CASE("the host is told who asks") {
    Running running;
    TestClient client(running.server.port());
    CHECK(client.ask(get("/peer")).body == "127.0.0.1");
}

TEST_CASE(
    "malformed and ambiguous requests are refused in the host's words, and the connection ended") {
    const std::pair<const char*, unsigned> cases[] = {
        {"garbage\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505},
        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
        {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: "
         "chunked\r\n\r\n0\r\n\r\n",
         400},
        {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nbody",
         400},
        {"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
        {"GET /echo HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", 400},
        {"GET /echo HTTP/1.1\nHost: x\n\n\r\n\r\n", 400},
        {"GET /echo HTTP/1.1\r\nHost : x\r\n\r\n", 400},
        {"POST /echo HTTP/1.1\r\nHost: x\r\nExpect: more\r\n\r\n", 417},
    };
    Running running;
    for (const auto& [request, status] : cases) {
        CAPTURE(request);
        TestClient client(running.server.port());
        const Answer answer = client.ask(std::string(request) + get("/echo?smuggled"));
        CHECK(answer.status == status);
        CHECK(answer.headers.at("content-type") == "application/json");
        CHECK(answer.headers.at("connection") == "close");
        CHECK(client.read_to_end().empty());
    }
    CHECK(running.server.counters().protocol_errors == std::size(cases));
    CHECK(running.server.counters().requests == 0);
}

TEST_CASE("random bytes never do harm") {
    Running running;
    unsigned state = 12345;
    for (int round = 0; round < 200; ++round) {
        std::string bytes =
            round % 2 == 0 ? ""
                           : "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
        for (int i = 0; i < 300; ++i) {
            state = state * 1664525U + 1013904223U;
            bytes += static_cast<char>(state >> 24);
        }
        TestClient client(running.server.port());
        client.send_some(bytes);
        client.shut_down_writing();
        client.read_to_end();
    }
    TestClient client(running.server.port());
    CHECK(client.ask(get("/echo")).status == 200);
}
