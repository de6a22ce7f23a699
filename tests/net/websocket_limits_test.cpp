#include <catch2/catch.hpp>

#include "support/test_app.hpp"
#include "support/test_client.hpp"

using namespace std::chrono_literals;
using test::client_frame;
using test::Closed;
using test::Running;
using test::ServerFrame;
using test::TestClient;
using test::text_frame;

TEST_CASE("a client that sends no frame is closed with 1000") {
    net::ServerOptions options;
    options.times.tick = 10ms;
    options.times.websocket_idle = 200ms;
    Running running(options);
    TestClient client(running.server.port());
    client.upgrade("/ws");
    const ServerFrame close = client.read_frame();
    CHECK(close.opcode == 8);
    CHECK(close.code() == 1000);
    CHECK(running.app.closed() == std::vector<Closed>{{1000, false}});
    CHECK(running.server.counters().timeouts == 1);
}

TEST_CASE("a client that never answers our close is cut off") {
    net::ServerOptions options;
    options.times.tick = 10ms;
    options.times.close = 100ms;
    Running running(options);
    TestClient client(running.server.port());
    client.upgrade("/ws");
    client.send(text_frame("close:1000"));
    CHECK(client.read_frame().code() == 1000);
    CHECK(client.read_to_end().empty());
}

TEST_CASE("a silent client is pinged, and its pong alone does not keep it open") {
    net::ServerOptions options;
    options.times.tick = 10ms;
    options.times.websocket_ping = 50ms;
    options.times.websocket_idle = 400ms;
    Running running(options);
    TestClient client(running.server.port());
    client.upgrade("/ws");
    int pings = 0;
    ServerFrame frame = client.read_frame();
    while (frame.opcode == 9) {
        ++pings;
        CHECK(frame.payload.empty());
        client.send(client_frame({.opcode = 10}));
        frame = client.read_frame();
    }
    CHECK(pings >= 1);
    CHECK(frame.opcode == 8);
    CHECK(frame.code() == 1000);
}

TEST_CASE("a client that answers no ping is lost") {
    net::ServerOptions options;
    options.times.tick = 10ms;
    options.times.websocket_ping = 50ms;
    Running running(options);
    TestClient client(running.server.port());
    client.upgrade("/ws");
    CHECK(client.read_frame().opcode == 9);
    CHECK(client.read_frame().opcode == 9);
    CHECK(client.read_to_end().empty());
    CHECK(running.app.closed() == std::vector<Closed>{{1006, false}});
}

TEST_CASE("a burst within one turn may be larger than the outbox if the client takes it") {
    net::ServerOptions options;
    options.sizes.outbox_bytes = 64 * 1024;
    Running running(options);
    TestClient client(running.server.port());
    client.upgrade("/ws");
    client.send(text_frame("many:500"));
    for (int i = 0; i < 500; ++i)
        REQUIRE(client.read_text().size() == 1000);
    client.send(text_frame("big:1000000"));
    CHECK(client.read_text().size() == 1'000'000);
    CHECK(running.server.counters().slow_receivers == 0);
}

TEST_CASE("a client that does not read is closed with 1013, as far as it can still be told") {
    net::ServerOptions options;
    options.sizes.outbox_bytes = 64 * 1024;
    Running running(options);
    TestClient client(running.server.port(), {.receive_buffer = 4096});
    client.upgrade("/ws");
    client.send(text_frame("many:20000"));
    CHECK(running.app.closed() == std::vector<Closed>{{1013, false}});
    CHECK(running.server.counters().slow_receivers == 1);
    // Then it reads after all: whole frames, and the reason at the end.
    ServerFrame frame = client.read_frame();
    while (frame.opcode == 1) {
        REQUIRE(frame.payload == std::string(1000, 'm'));
        frame = client.read_frame();
    }
    CHECK(frame.opcode == 8);
    CHECK(frame.code() == 1013);
    CHECK(client.read_to_end().empty());
}

TEST_CASE("a client that pings without reading the pongs is a slow receiver too") {
    net::ServerOptions options;
    options.sizes.outbox_bytes = 16 * 1024;
    Running running(options);
    TestClient client(running.server.port(), {.receive_buffer = 4096});
    client.upgrade("/ws");
    std::string pings;
    for (int i = 0; i < 500; ++i)
        pings += client_frame({.opcode = 9, .payload = std::string(125, 'p')});
    while (running.server.counters().slow_receivers == 0)
        client.send_some(pings);
    CHECK(running.app.closed() == std::vector<Closed>{{1013, false}});
}

TEST_CASE("a session that was told to stop reading goes on where it stopped") {
    Running running;
    TestClient client(running.server.port());
    client.upgrade("/ws");
    std::string bytes =
        text_frame("one") + text_frame("pause") + text_frame("two") + text_frame("three");
    client.send(bytes);
    CHECK(client.read_text() == "one");
    const net::WebSocketHandle handle = running.app.last_handle();
    handle.send(net::make_text_frame("meanwhile"));
    CHECK(client.read_text() == "meanwhile");
    handle.post([](net::WebSocket& socket) { socket.resume_reading(); });
    CHECK(client.read_text() == "two");
    CHECK(client.read_text() == "three");
    client.send(text_frame("four"));
    CHECK(client.read_text() == "four");
}

TEST_CASE("a session that stopped reading can still be closed in order") {
    Running running;
    TestClient client(running.server.port());
    client.upgrade("/ws");
    client.send(text_frame("one") + text_frame("pause"));
    CHECK(client.read_text() == "one");
    running.app.last_handle().close(4002, "enough");
    CHECK(client.read_frame().code() == 4002);
    client.send(test::close_frame(4002, ""));
    CHECK(client.read_to_end().empty());
}

TEST_CASE("unfinished messages of all connections together stay within a bound") {
    net::ServerOptions options;
    options.sizes.input_bytes = 1'000'000;
    Running running(options);
    const std::string part(700'000, 'x');
    const std::string whole_frame = text_frame(part);
    TestClient cut(running.server.port());
    cut.upgrade("/ws");
    cut.send(whole_frame.substr(0, 650'000));
    TestClient fragments(running.server.port());
    fragments.upgrade("/ws");
    fragments.send(client_frame({.opcode = 1, .payload = part, .fin = false}));
    // One of the two came second and is told so; the other goes on.
    while (running.server.counters().refused == 0)
        std::this_thread::yield();
    REQUIRE(running.app.wait_until_sessions(1));
    CHECK(running.app.first_closed() == Closed{1013, false});
    TestClient small(running.server.port());
    small.upgrade("/ws");
    small.send(text_frame(std::string(1000, 's')));
    CHECK(small.read_text().size() == 1000);
}

TEST_CASE("a message that was completed no longer counts") {
    net::ServerOptions options;
    options.sizes.input_bytes = 1'000'000;
    Running running(options);
    TestClient client(running.server.port());
    client.upgrade("/ws");
    const std::string half(400'000, 'x');
    for (int i = 0; i < 5; ++i) {
        client.send(client_frame({.opcode = 1, .payload = half, .fin = false}));
        client.send(client_frame({.opcode = 0, .payload = half}));
        CHECK(client.read_text().size() == 800'000);
        client.send(text_frame(half + half));
        CHECK(client.read_text().size() == 800'000);
    }
    CHECK(running.server.counters().refused == 0);
}
