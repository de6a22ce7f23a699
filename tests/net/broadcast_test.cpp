#include <catch2/catch.hpp>
#include <future>

#include "support/test_app.hpp"
#include "support/test_client.hpp"

using test::Closed;
using test::Running;
using test::TestClient;
using test::text_frame;

TEST_CASE("a slow reader is dropped while twenty others get everything") {
    net::ServerOptions options;
    options.io_threads = 2;
    Running running(options);
    std::vector<TestClient> readers;
    for (int i = 0; i < 20; ++i) {
        readers.emplace_back(running.server.port());
        readers.back().upgrade("/ws");
    }
    TestClient slow(running.server.port(), {.receive_buffer = 4096});
    slow.upgrade("/ws");

    const auto round = [&](int number) {
        const std::string text = std::to_string(number) + ":" + std::string(64 * 1024, 'x');
        running.app.broadcast(text);
        for (TestClient& reader : readers)
            REQUIRE(reader.read_text() == text);
    };
    int number = 0;
    while (running.server.counters().slow_receivers == 0 && number < 1000)
        round(number++);
    for (int i = 0; i < 10; ++i)
        round(number++);

    CHECK(running.server.counters().slow_receivers == 1);
    REQUIRE(running.app.wait_until_sessions(20));
    CHECK(running.server.counters().websocket_open >= 20);
    readers.clear();
    const std::vector<Closed> closed = running.app.closed();
    CHECK(closed.size() == 21);
    CHECK(closed.front() == Closed{1013, false});
}

TEST_CASE("a burst is written with one call per connection") {
    Running running;
    std::vector<TestClient> readers;
    for (int i = 0; i < 10; ++i) {
        readers.emplace_back(running.server.port());
        readers.back().upgrade("/ws");
    }
    // Eight messages wait in the mailbox before the loop comes round: they are posted from the
    // thread itself, and so is the reading of the counter.
    net::IoThread& thread = running.server.thread(0);
    std::promise<std::uint64_t> before;
    std::promise<std::uint64_t> after;
    thread.post([&] {
        before.set_value(running.server.counters().writes);
        for (int i = 0; i < 8; ++i)
            running.app.broadcast("message " + std::to_string(i));
    });
    for (TestClient& reader : readers) {
        for (int i = 0; i < 8; ++i)
            REQUIRE(reader.read_text() == "message " + std::to_string(i));
    }
    thread.post([&] { after.set_value(running.server.counters().writes); });
    CHECK(after.get_future().get() - before.get_future().get() == 10);
}

TEST_CASE("composed frames reach each receiver with its own part") {
    Running running;
    std::vector<TestClient> readers;
    std::vector<net::WebSocketHandle> handles;
    for (int i = 0; i < 5; ++i) {
        readers.emplace_back(running.server.port());
        readers.back().upgrade("/ws");
        handles.push_back(running.app.last_handle());
    }
    const net::Frame shared =
        net::compose_text("[\"user:", 1, "\",\"" + std::string(200, 'x') + "\"]");
    for (std::size_t i = 0; i < 5; ++i)
        handles[i].send(shared.with_middle(net::Buffer::copy(std::to_string(i))));
    for (std::size_t i = 0; i < 5; ++i) {
        CHECK(readers[i].read_text() ==
              "[\"user:" + std::to_string(i) + "\",\"" + std::string(200, 'x') + "\"]");
    }
}
