#include <catch2/catch.hpp>
#include <thread>

#include "support/test_app.hpp"
#include "support/test_client.hpp"

using namespace std::chrono_literals;
using test::Answer;
using test::Closed;
using test::get;
using test::Running;
using test::TestClient;
using test::text_frame;

TEST_CASE("a graceful stop tells every session 1012, answers who waits, and ends") {
    net::ServerOptions options;
    options.io_threads = 2;
    Running running(options);
    std::vector<TestClient> sessions;
    for (int i = 0; i < 10; ++i) {
        sessions.emplace_back(running.server.port());
        sessions.back().upgrade("/ws");
    }
    TestClient idle(running.server.port());
    CHECK(idle.ask(get("/echo")).status == 200);
    TestClient waiting(running.server.port());
    waiting.send(get("/hold"));
    REQUIRE(running.app.wait_for_held(1));

    running.server.stop(1s);
    for (TestClient& session : sessions) {
        CHECK(session.read_frame().code() == 1012);
        session.send(test::close_frame(1012, ""));
        CHECK(session.read_to_end().empty());
    }
    CHECK(idle.read_to_end().empty());
    running.app.release(1);
    const Answer answer = waiting.read_answer();
    CHECK(answer.body == "released");
    CHECK(answer.headers.at("connection") == "close");
    running.server.join();
    CHECK(running.app.closed() == std::vector<Closed>(10, Closed{1012, true}));
    CHECK_THROWS(TestClient(running.server.port()));
    CHECK(running.server.counters().websocket_open == 0);
    CHECK(running.server.counters().http_open == 0);
}

TEST_CASE("who does not answer a graceful stop is cut off at its end") {
    Running running;
    TestClient silent(running.server.port());
    silent.upgrade("/ws");
    TestClient waiting(running.server.port());
    waiting.send(get("/hold"));
    TestClient half(running.server.port());
    half.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345");
    REQUIRE(running.app.wait_for_held(1));
    running.server.stop(200ms);
    running.server.join();
    CHECK(running.app.closed().size() == 1);
    CHECK(silent.read_frame().code() == 1012);
    // The answer comes after the server has gone.
    running.app.release(1);
    CHECK(waiting.read_to_end().empty());
}

TEST_CASE("a stop can be shortened") {
    Running running;
    TestClient silent(running.server.port());
    silent.upgrade("/ws");
    running.server.stop(1h);
    running.server.stop(0ms);
    running.server.join();
    CHECK(running.app.closed().size() == 1);
}

TEST_CASE("a server may stop accepting and keep what it has") {
    Running running;
    TestClient client(running.server.port());
    client.upgrade("/ws");
    running.server.stop_accepting();
    client.send(text_frame("still here"));
    CHECK(client.read_text() == "still here");
    running.server.thread(0).post([] {});
    client.send(text_frame("still"));
    CHECK(client.read_text() == "still");
    CHECK_THROWS(TestClient(running.server.port()));
}

TEST_CASE("a server ends in the middle of traffic") {
    for (int round = 0; round < 20; ++round) {
        auto running = std::make_unique<Running>(net::ServerOptions{.io_threads = 2});
        std::vector<TestClient> clients;
        for (int i = 0; i < 5; ++i) {
            clients.emplace_back(running->server.port());
            clients.back().upgrade("/ws");
        }
        std::thread traffic([&] {
            for (int i = 0; i < 200; ++i) {
                for (TestClient& client : clients)
                    client.send_some(text_frame("all:x"));
                running->app.broadcast("y");
            }
        });
        running->server.stop(std::chrono::milliseconds(round % 3));
        running->server.join();
        traffic.join();
        CHECK(running->app.sessions() == 0);
    }
}
