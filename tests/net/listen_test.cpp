#include <catch2/catch.hpp>

#include "support/test_app.hpp"
#include "support/test_client.hpp"

using test::get;
using test::Running;
using test::TestApp;
using test::TestClient;

TEST_CASE("a taken port is an error that names it") {
    Running running;
    TestApp app;
    net::Server second({.host = "127.0.0.1", .port = running.server.port()}, app);
    const auto error = second.start();
    REQUIRE(error.has_value());
    CHECK(error->text == "cannot listen on 127.0.0.1:" + std::to_string(running.server.port()) +
                             ": address already in use");
}

TEST_CASE("an address that is not ours, or none, is an error") {
    TestApp app;
    net::Server foreign({.host = "192.0.2.1", .port = 1}, app);
    CHECK(foreign.start().value().text.starts_with("cannot listen on 192.0.2.1:1: "));
    net::Server unknown({.host = "no such host", .port = 1}, app);
    CHECK(unknown.start().value().text.starts_with("cannot listen on no such host:1: "));
}

TEST_CASE("a server that was never started ends without a word") {
    TestApp app;
    const net::Server server({}, app);
    CHECK(server.counters().accepted == 0);
}

TEST_CASE("the empty host listens on all addresses, and shows IPv4 callers in their own form") {
    net::ServerOptions options;
    options.host = "";
    Running running(options);
    TestClient client(running.server.port());
    CHECK(client.ask(get("/peer")).body == "127.0.0.1");
}

TEST_CASE("connections are dealt out to all threads") {
    net::ServerOptions options;
    options.io_threads = 3;
    Running running(options);
    REQUIRE(running.server.thread_count() == 3);
    std::vector<TestClient> clients;
    for (int i = 0; i < 6; ++i) {
        clients.emplace_back(running.server.port());
        clients.back().upgrade("/ws");
    }
    for (TestClient& client : clients) {
        client.send(test::text_frame("hello"));
        CHECK(client.read_text() == "hello");
    }
    clients[0].send(test::text_frame("all:everybody"));
    for (TestClient& client : clients)
        CHECK(client.read_text() == "everybody");
}

TEST_CASE("a thread runs what is posted in order, and refuses when it has ended") {
    TestApp app;
    auto server = std::make_unique<net::Server>(net::ServerOptions{}, app);
    app.use(*server);
    REQUIRE_FALSE(server->start().has_value());
    net::IoThread& thread = server->thread(0);
    CHECK_FALSE(thread.is_current());
    std::vector<int> order;
    for (int i = 0; i < 100; ++i) {
        CHECK(thread.post([&order, &thread, i] {
            if (thread.is_current()) order.push_back(i);
        }));
    }
    server->stop(std::chrono::milliseconds(0));
    server->join();
    REQUIRE(order.size() == 100);
    CHECK(std::is_sorted(order.begin(), order.end()));
    const auto owned = std::make_shared<int>(1);
    CHECK_FALSE(thread.post([owned] {}));
    CHECK(owned.use_count() == 1);
}
