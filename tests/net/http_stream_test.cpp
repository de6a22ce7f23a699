#include <catch2/catch.hpp>

#include "support/certificate.hpp"
#include "support/stream_app.hpp"
#include "support/test_client.hpp"

using namespace std::chrono_literals;
using test::Answer;
using test::get;
using test::RunningStreams;
using test::StreamApp;
using test::TestClient;

namespace {

std::string post(std::string_view path, std::string_view headers) {
    return "POST " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n" + std::string(headers) + "\r\n";
}

std::string sum_of(std::string_view bytes) {
    std::uint32_t sum = 0;
    for (const char c : bytes)
        sum = sum * 31 + static_cast<unsigned char>(c);
    return std::to_string(bytes.size()) + " " + std::to_string(sum);
}

std::string some_bytes(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<char>(i * 7 + i / 251);
    return bytes;
}

}  // namespace

TEST_CASE("a body comes in pieces, announced or chunked, and the connection goes on") {
    RunningStreams running;
    TestClient client(running.server.port());
    const std::string body = some_bytes(3'000'000);
    client.send(post("/take", "Content-Length: 3000000\r\n"));
    client.send(body);
    CHECK(client.read_answer().body == sum_of(body));

    client.send(post("/take", "Transfer-Encoding: chunked\r\n"));
    for (std::size_t at = 0; at < body.size(); at += 100'000)
        client.send("186a0\r\n" + body.substr(at, 100'000) + "\r\n");
    client.send("0\r\nx-trailer: 1\r\n\r\n" + post("/whole", "Content-Length: 2\r\n") + "hi");
    CHECK(client.read_answer().body == sum_of(body));
    CHECK(client.read_answer().body == "2 whole");
    CHECK(running.server.counters().accepted == 1);
    CHECK(running.server.counters().requests == 3);
    CHECK(running.app.wait_until([&] { return running.app.sinks == 0; }));
}

TEST_CASE("a streamed body that arrives byte by byte, chunked, is understood") {
    RunningStreams running;
    TestClient client(running.server.port());
    for (const char c :
         post("/take", "Transfer-Encoding: chunked\r\n") + "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
        client.send(std::string(1, c));
    CHECK(client.read_answer().body == sum_of("abcde"));
}

TEST_CASE("requests behind a streamed body wait for its answer, and come in order") {
    RunningStreams running;
    TestClient client(running.server.port());
    std::string all;
    for (int i = 0; i < 20; ++i)
        all += post("/later", "Content-Length: 5\r\n") + "12345" + get("/nothing") + get("/x");
    client.send(all);
    for (int i = 0; i < 20; ++i) {
        REQUIRE(client.read_answer().body == sum_of("12345"));
        REQUIRE(client.read_answer().body.empty());
        REQUIRE(client.read_answer().body == "0 whole");
    }
}

TEST_CASE("while the host is busy with a body nothing more of it is read") {
    RunningStreams running;
    TestClient client(running.server.port(), {});
    const std::string body = some_bytes(50'000'000);
    client.send(post("/pause", "Content-Length: 50000000\r\n"));
    std::size_t sent = 0;
    REQUIRE(running.app.wait_until([&] { return running.app.sinks == 1; }));
    // Until the kernel's buffers are full: nobody takes anything out of them.
    std::size_t idle = 0;
    while (idle < 2000 && sent < body.size()) {
        const std::size_t more = client.send_some(std::string_view(body).substr(sent));
        sent += more;
        idle = more == 0 ? idle + 1 : 0;
        std::this_thread::yield();
    }
    REQUIRE(sent < body.size());
    // One piece beyond the pause, and not more than what one read brings beyond that.
    CHECK(running.app.now(running.app.received) <= 64 * 1024 + 16 * 1024);
    CHECK(running.server.counters().bytes_in < 256 * 1024);
    running.app.let_go();
    client.send(std::string_view(body).substr(sent));
    CHECK(client.read_answer().body == sum_of(body));
}

TEST_CASE("a client that expects it is told to continue when the host wants the body") {
    RunningStreams running;
    TestClient wanted(running.server.port());
    wanted.send(post("/wait", "Content-Length: 4\r\nExpect: 100-continue\r\n"));
    REQUIRE(running.app.wait_until([&] { return running.app.sinks == 1; }));
    running.app.let_go();
    CHECK(wanted.read_exactly(25) == "HTTP/1.1 100 Continue\r\n\r\n");
    wanted.send("body");
    CHECK(wanted.read_answer().body == sum_of("body"));

    TestClient refused(running.server.port());
    refused.send(post("/refuse", "Content-Length: 104857600\r\nExpect: 100-continue\r\n"));
    const Answer answer = refused.read_answer();
    CHECK(answer.status == 403);
    CHECK(answer.headers.at("connection") == "close");
    CHECK(refused.read_to_end().empty());
    CHECK(running.server.counters().bytes_in < 1000);
}

TEST_CASE("a body that is refused early is not taken, and the client can read why") {
    RunningStreams running;
    TestClient at_head(running.server.port());
    at_head.send(post("/refuse", "Content-Length: 3000000\r\n"));
    at_head.send_some(std::string(100'000, 'x'));
    CHECK(at_head.read_answer().status == 403);

    TestClient in_the_middle(running.server.port());
    in_the_middle.send(post("/enough", "Content-Length: 3000000\r\n"));
    in_the_middle.send_some(std::string(150'000, 'x'));
    CHECK(in_the_middle.read_answer().status == 413);
    CHECK(in_the_middle.read_to_end().empty());
    CHECK(running.app.wait_until([&] { return running.app.sinks == 0; }));
    CHECK(running.app.now(running.app.received) <= 120'000);
}

TEST_CASE("a body that breaks off, is malformed or too slow ends its sink") {
    net::ServerOptions options;
    options.times.tick = 10ms;
    options.times.body_stall = 150ms;
    RunningStreams running(options);
    TestClient reset(running.server.port());
    reset.send(post("/take", "Content-Length: 100\r\n") + "abc");
    REQUIRE(running.app.wait_until([&] { return running.app.received == 3; }));
    reset.reset();
    CHECK(running.app.wait_until([&] { return running.app.sinks == 0; }));

    TestClient half(running.server.port());
    half.send(post("/take", "Content-Length: 100\r\n") + "abc");
    half.shut_down_writing();
    CHECK(running.app.wait_until([&] { return running.app.received == 6; }));
    CHECK(running.app.wait_until([&] { return running.app.sinks == 0; }));

    TestClient malformed(running.server.port());
    malformed.send(post("/take", "Transfer-Encoding: chunked\r\n") + "3\r\nabc\r\nzz\r\n");
    CHECK(malformed.read_answer().status == 400);

    TestClient slow(running.server.port());
    slow.send(post("/take", "Content-Length: 100\r\n") + "abc");
    CHECK(slow.read_answer().status == 408);
    CHECK(running.app.wait_until([&] { return running.app.sinks == 0; }));
    CHECK(running.app.wait_until([&] { return running.app.ended == 0; }));
}

TEST_CASE("the time that the host takes is not the client's") {
    net::ServerOptions options;
    options.times.tick = 5ms;
    options.times.body_stall = 60ms;
    options.times.body_grace = 60ms;
    RunningStreams running(options);
    TestClient client(running.server.port());
    client.send(post("/wait", "Content-Length: 4\r\n"));
    REQUIRE(running.app.wait_until([&] { return running.app.sinks == 1; }));
    std::this_thread::sleep_for(200ms);
    CHECK(running.server.counters().timeouts == 0);
    running.app.let_go();
    client.send("body");
    CHECK(client.read_answer().status == 200);
}

TEST_CASE("an exception in a sink is answered with 500") {
    RunningStreams running;
    TestClient client(running.server.port());
    client.send(post("/throw", "Content-Length: 4\r\n") + "body");
    CHECK(client.read_answer().status == 500);
    CHECK(client.read_to_end().empty());
    CHECK(running.server.counters().handler_errors == 1);
    CHECK(running.app.wait_until([&] { return running.app.sinks == 0; }));
}

TEST_CASE("more bodies in pieces at once than there is room for are refused") {
    net::ServerOptions options;
    options.sizes.input_bytes = 2 * 256 * 1024;
    RunningStreams running(options);
    std::vector<TestClient> clients;
    for (std::size_t i = 0; i < 2; ++i) {
        clients.emplace_back(running.server.port());
        clients.back().send(post("/take", "Content-Length: 4\r\n"));
        REQUIRE(running.app.wait_until([&] { return running.app.sinks == i + 1; }));
    }
    TestClient third(running.server.port());
    third.send(post("/take", "Content-Length: 4\r\n"));
    CHECK(third.read_answer().status == 503);
    clients[0].send("body");
    CHECK(clients[0].read_answer().status == 200);
    TestClient fourth(running.server.port());
    fourth.send(post("/take", "Content-Length: 4\r\n") + "body");
    CHECK(fourth.read_answer().status == 200);
}

TEST_CASE("a server that stops ends what is in the middle") {
    RunningStreams running;
    TestClient sending(running.server.port());
    sending.send(post("/take", "Content-Length: 100\r\n") + "abc");
    TestClient paused(running.server.port());
    paused.send(post("/wait", "Content-Length: 100\r\n"));
    TestClient held(running.server.port());
    held.send(post("/hold", "Content-Length: 3\r\n") + "abc");
    TestClient reading(running.server.port());
    reading.send(get("/endless"));
    TestClient finishing(running.server.port());
    finishing.send(post("/take", "Content-Length: 6\r\n") + "abc");
    REQUIRE(running.app.wait_until([&] {
        return running.app.received == 9 && running.app.sinks == 3 && running.app.sources == 1;
    }));
    running.server.stop(300ms);
    finishing.send("def");
    const Answer last = finishing.read_answer();
    CHECK(last.body == sum_of("abcdef"));
    CHECK(last.headers.at("connection") == "close");
    CHECK(sending.read_to_end().empty());
    CHECK(reading.read_to_end().find("Content-Length: 1000000") != std::string::npos);
    running.server.join();
    CHECK(running.app.sinks == 0);
    CHECK(running.app.sources == 0);
    running.app.let_go();
}

TEST_CASE("an answer is sent from a file, plain and with TLS, and the connection goes on") {
    const test::CertificateFiles files;
    for (const bool tls : {false, true}) {
        net::ServerOptions options;
        if (tls) options.tls_certificate_file = files.certificate;
        if (tls) options.tls_key_file = files.key;
        RunningStreams running(options);
        TestClient client(running.server.port(), {.tls = tls});
        client.send(get("/file") + get("/parts") + get("/x"));
        const Answer file = client.read_answer();
        CHECK(file.headers.at("content-length") == std::to_string(StreamApp::file_size));
        CHECK(file.body == running.app.file);
        const Answer parts = client.read_answer();
        CHECK(parts.body == "<" + running.app.file.substr(23, 23) + "|" +
                                std::string(1'000'000, 's') +
                                running.app.file.substr(StreamApp::file_size - 100'000) + ">");
        CHECK(client.read_answer().body == "0 whole");
        CHECK(running.server.counters().bytes_out > 6'000'000);
        CHECK(running.app.wait_until([&] { return running.app.sources == 0; }));
    }
}

TEST_CASE("HEAD of a streamed answer has its length, and asks for none of it") {
    RunningStreams running;
    TestClient client(running.server.port());
    client.send("HEAD /source HTTP/1.1\r\nHost: x\r\n\r\n" + get("/source"));
    const Answer head = client.read_answer(true);
    CHECK(head.headers.at("content-length") == "1000000");
    CHECK(client.read_answer().body == std::string(1'000'000, 's'));
    CHECK(running.app.wait_until([&] { return running.app.sources == 0; }));
}

TEST_CASE("a streamed answer that cannot be completed ends the connection") {
    RunningStreams running;
    for (const std::string path : {"/short", "/torn"}) {
        TestClient client(running.server.port());
        client.send(get(path) + get("/x"));
        const std::string got = client.read_to_end();
        CHECK(got.starts_with("HTTP/1.1 200"));
        CHECK(got.find("whole") == std::string::npos);
    }
    CHECK(running.app.wait_until([&] { return running.app.sources == 0; }));
}

TEST_CASE("a client that does not read a streamed answer is ended by time, others are served") {
    net::ServerOptions options;
    options.times.tick = 10ms;
    options.times.write_stall = 200ms;
    RunningStreams running(options);
    TestClient slow(running.server.port(), {.receive_buffer = 4096});
    slow.send(get("/file"));
    TestClient gone(running.server.port(), {.receive_buffer = 4096});
    gone.send(get("/endless"));
    REQUIRE(running.app.wait_until([&] { return running.app.sources == 1; }));
    gone.reset();
    TestClient other(running.server.port());
    CHECK(other.ask(get("/file")).body.size() == StreamApp::file_size);
    while (running.server.counters().slow_receivers == 0)
        std::this_thread::yield();
    CHECK(slow.read_to_end().size() < StreamApp::file_size);
}
