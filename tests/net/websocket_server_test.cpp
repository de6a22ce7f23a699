#include <catch2/catch.hpp>

#include "net/deflate.hpp"
#include "support/test_app.hpp"
#include "support/test_client.hpp"

using test::Answer;
using test::client_frame;
using test::Closed;
using test::Running;
using test::ServerFrame;
using test::TestClient;
using test::text_frame;

TEST_CASE("a connection becomes a session and its messages come back") {
    Running running;
    TestClient client(running.server.port());
    const Answer answer = client.try_upgrade("/ws");
    CHECK(answer.status == 101);
    CHECK(answer.headers.at("sec-websocket-accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    CHECK(answer.headers.at("upgrade") == "websocket");
    CHECK(answer.headers.at("connection") == "Upgrade");
    CHECK(answer.headers.count("content-length") == 0);
    client.send(text_frame("hello"));
    CHECK(client.read_text() == "hello");
    client.send(client_frame({.opcode = 2, .payload = std::string_view("\0\xff", 2)}));
    const ServerFrame binary = client.read_frame();
    CHECK(binary.opcode == 2);
    CHECK(binary.payload == std::string("\0\xff", 2));
    const net::CountersSnapshot counters = running.server.counters();
    CHECK(counters.websocket_open == 1);
    CHECK(counters.http_open == 0);
    CHECK(counters.frames_in == 2);
    CHECK(counters.frames_out == 2);
}

TEST_CASE("frames in the packet of the handshake are not lost, also when the host decides later") {
    Running running;
    for (const char* path : {"/ws", "/later"}) {
        TestClient client(running.server.port());
        const std::string partial = text_frame("third");
        client.send(test::handshake(path) + text_frame("first") + text_frame("second") +
                    partial.substr(0, 4));
        CHECK(client.read_answer().status == 101);
        CHECK(client.read_text() == "first");
        CHECK(client.read_text() == "second");
        client.send(partial.substr(4));
        CHECK(client.read_text() == "third");
    }
}

TEST_CASE("an upgrade may follow ordinary requests, and ordinary requests a refused upgrade") {
    Running running;
    TestClient client(running.server.port());
    CHECK(client.ask(test::get("/echo")).status == 200);
    const Answer refused = client.try_upgrade("/refuse");
    CHECK(refused.status == 403);
    CHECK(refused.body.empty());
    CHECK(client.try_upgrade("/drop").status == 500);
    client.send(test::get("/echo") + test::handshake("/ws") + text_frame("go"));
    CHECK(client.read_answer().status == 200);
    CHECK(client.read_answer().status == 101);
    CHECK(client.read_text() == "go");
}

TEST_CASE("broken handshakes are refused") {
    const std::string good = test::handshake("/ws");
    const auto replaced = [&](const std::string& what, const std::string& with) {
        std::string bytes = good;
        bytes.replace(bytes.find(what), what.size(), with);
        return bytes;
    };
    const std::pair<std::string, unsigned> cases[] = {
        {replaced("GET", "POST"), 400},
        {replaced("HTTP/1.1", "HTTP/1.0"), 400},
        {replaced("Version: 13", "Version: 12"), 426},
        {replaced("dGhlIHNhbXBsZSBub25jZQ==", "short"), 400},
        {replaced("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", ""), 400},
        {replaced("Upgrade: websocket\r\n", "Upgrade: websocket\r\nContent-Length: 1\r\n") + "x",
         400},
    };
    Running running;
    for (const auto& [request, status] : cases) {
        CAPTURE(request);
        TestClient client(running.server.port());
        const Answer answer = client.ask(request);
        CHECK(answer.status == status);
        CHECK((answer.headers.count("sec-websocket-version") == 1) == (status == 426));
        CHECK(client.read_to_end().empty());
    }
    TestClient other(running.server.port());
    CHECK(other.ask(replaced("Upgrade: websocket", "Upgrade: h2c")).status == 404);
}

TEST_CASE("messages in fragments and in many packets come back whole") {
    Running running;
    TestClient client(running.server.port());
    client.upgrade("/ws");
    for (char c : text_frame("byte by byte"))
        client.send(std::string(1, c));
    CHECK(client.read_text() == "byte by byte");
    client.send(client_frame({.opcode = 1, .payload = "frag", .fin = false}));
    client.send(client_frame({.opcode = 9, .payload = "between"}));
    client.send(client_frame({.opcode = 0, .payload = "ments"}));
    const ServerFrame pong = client.read_frame();
    CHECK(pong.opcode == 10);
    CHECK(pong.payload == "between");
    CHECK(client.read_text() == "fragments");
    const std::string large(1'000'000, 'l');
    client.send(text_frame(large));
    CHECK(client.read_text() == large);
}

TEST_CASE("many messages in one packet come back in order") {
    Running running;
    TestClient client(running.server.port());
    client.upgrade("/ws");
    std::string bytes;
    for (int i = 0; i < 10'000; ++i)
        bytes += text_frame(std::to_string(i));
    client.send(bytes);
    for (int i = 0; i < 10'000; ++i)
        REQUIRE(client.read_text() == std::to_string(i));
}

TEST_CASE("the client's close is answered, and the host told once") {
    Running running;
    TestClient client(running.server.port());
    client.upgrade("/ws");
    client.send(test::close_frame(4321, "bye") + text_frame("too late"));
    const ServerFrame close = client.read_frame();
    CHECK(close.opcode == 8);
    CHECK(close.code() == 4321);
    CHECK(client.read_to_end().empty());
    CHECK(running.app.closed() == std::vector<Closed>{{4321, true}});
}

TEST_CASE("a close without a code is answered without one") {
    Running running;
    TestClient client(running.server.port());
    client.upgrade("/ws");
    client.send(client_frame({.opcode = 8}));
    CHECK(client.read_frame().payload.empty());
    CHECK(running.app.closed() == std::vector<Closed>{{1005, true}});
}

TEST_CASE(
    "the host's close is sent after what it had sent, and the client's answer ends the "
    "connection") {
    Running running;
    TestClient client(running.server.port());
    client.upgrade("/ws");
    client.send(text_frame("last words") + text_frame("close:4000") + text_frame("ignored"));
    CHECK(client.read_text() == "last words");
    const ServerFrame close = client.read_frame();
    CHECK(close.code() == 4000);
    CHECK(close.payload.substr(2) == "asked to");
    CHECK(running.app.closed() == std::vector<Closed>{{4000, true}});
    client.send(test::close_frame(4000, ""));
    CHECK(client.read_to_end().empty());
}

TEST_CASE("broken frames are answered with their close code") {
    const std::pair<std::string, unsigned> cases[] = {
        {client_frame({.payload = "x", .masked = false}), 1002},
        {client_frame({.opcode = 3}), 1002},
        {client_frame({.payload = "x", .rsv = 4}), 1002},
        {client_frame({.opcode = 9, .payload = std::string(126, 'x')}), 1002},
        {test::close_frame(1005, "a good reason"), 1002},
        {text_frame("\xff"), 1007},
        {text_frame(std::string(1024 * 1024 + 1, 'x')).substr(0, 100), 1009},
    };
    Running running;
    for (const auto& [bytes, code] : cases) {
        CAPTURE(code);
        TestClient client(running.server.port());
        client.upgrade("/ws");
        client.send(bytes + text_frame("never seen"));
        const ServerFrame close = client.read_frame();
        CHECK(close.opcode == 8);
        CHECK(close.code() == code);
        CHECK(client.read_to_end().empty());
        CHECK(running.app.closed().back() == Closed{code, false});
    }
    CHECK(running.server.counters().protocol_errors == std::size(cases));
}

TEST_CASE("a connection that is lost is told as 1006") {
    Running running;
    {
        TestClient ended(running.server.port());
        ended.upgrade("/ws");
    }
    CHECK(running.app.closed() == std::vector<Closed>{{1006, false}});
    TestClient reset(running.server.port());
    reset.upgrade("/ws");
    reset.reset();
    CHECK(running.app.closed() == std::vector<Closed>{{1006, false}, {1006, false}});
}

TEST_CASE("bug: a client that left at once kept its session until the next ping") {
    net::ServerOptions options;
    options.times.websocket_ping = std::chrono::seconds(20);
    Running running(options);
    TestClient client(running.server.port());
    client.send(test::handshake("/later"));
    client.reset();
    TestClient other(running.server.port());
    other.send(test::handshake("/ws"));
    other.shut_down_writing();
    CHECK(other.read_answer().status == 101);
    CHECK(other.read_to_end().empty());
    CHECK(running.app.closed().size() >= 1);
}

TEST_CASE("an exception of the handler ends its session, and no other") {
    Running running;
    TestClient other(running.server.port());
    other.upgrade("/ws");
    TestClient client(running.server.port());
    client.upgrade("/ws");
    client.send(text_frame("throw"));
    CHECK(client.read_frame().code() == 1012);
    TestClient early(running.server.port());
    early.upgrade("/throw-on-open");
    CHECK(early.read_frame().code() == 1012);
    other.send(text_frame("still here"));
    CHECK(other.read_text() == "still here");
    CHECK(running.server.counters().handler_errors == 2);
}

TEST_CASE("a pong brings back what the ping carried, behind what was sent before it") {
    Running running;
    TestClient client(running.server.port());
    client.upgrade("/ws");
    client.send(text_frame("before") + text_frame("ping:token"));
    CHECK(client.read_text() == "before");
    const ServerFrame ping = client.read_frame();
    CHECK(ping.opcode == 9);
    CHECK(ping.payload == "token");
    client.send(client_frame({.opcode = 10, .payload = ping.payload}));
    CHECK(running.app.pongs() == std::vector<std::string>{"token"});
}

TEST_CASE("a handle reaches its session from any thread, and nobody after it") {
    Running running;
    net::WebSocketHandle handle;
    {
        TestClient client(running.server.port());
        client.upgrade("/ws");
        handle = running.app.last_handle();
        CHECK(handle.send(net::make_text_frame("from outside")));
        CHECK(client.read_text() == "from outside");
        CHECK(handle.close(4001, "from outside too"));
        CHECK(client.read_frame().code() == 4001);
        CHECK(running.app.closed() == std::vector<Closed>{{4001, true}});
    }
    TestClient next(running.server.port());
    next.upgrade("/ws");
    handle.send(net::make_text_frame("for somebody else"));
    next.send(text_frame("mine"));
    CHECK(next.read_text() == "mine");
    CHECK(handle != running.app.last_handle());
}

TEST_CASE("long single messages are compressed if that was agreed, shared ones are not") {
    net::ServerOptions options;
    options.websocket_deflate = true;
    Running running(options);
    TestClient client(running.server.port());
    const Answer answer = client.try_upgrade(
        "/ws", "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n");
    CHECK(answer.headers.at("sec-websocket-extensions") ==
          "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
    client.send(text_frame("big:100000"));
    const ServerFrame large = client.read_frame();
    CHECK(large.rsv == 4);
    CHECK(large.payload.size() < 2000);
    net::Compression compression;
    std::string_view text;
    REQUIRE(compression.inflate(large.payload, 200'000, text) == net::Compression::Outcome::ok);
    CHECK(text == std::string(100'000, 'b'));

    client.send(client_frame({.payload = test::deflated("big:10"), .rsv = 4}));
    const ServerFrame small = client.read_frame();
    CHECK(small.rsv == 0);
    CHECK(small.payload == std::string(10, 'b'));
    client.send(text_frame("all:" + std::string(5000, 's')));
    CHECK(client.read_frame().rsv == 0);

    TestClient plain(running.server.port());
    CHECK(plain.try_upgrade("/ws").headers.count("sec-websocket-extensions") == 0);
    plain.send(text_frame("big:100000"));
    CHECK(plain.read_frame().rsv == 0);
}

TEST_CASE("compression is not agreed on unless the host wants it") {
    Running running;
    TestClient client(running.server.port());
    CHECK(client.try_upgrade("/ws", "Sec-WebSocket-Extensions: permessage-deflate\r\n")
              .headers.count("sec-websocket-extensions") == 0);
}

TEST_CASE("a bomb ends its session with 1009") {
    net::ServerOptions options;
    options.websocket_deflate = true;
    Running running(options);
    TestClient client(running.server.port());
    client.upgrade("/ws", "Sec-WebSocket-Extensions: permessage-deflate\r\n");
    client.send(client_frame({.payload = test::deflated(std::string(50'000'000, 'x')), .rsv = 4}));
    CHECK(client.read_frame().code() == 1009);
    CHECK(running.app.closed() == std::vector<Closed>{{1009, false}});
}
