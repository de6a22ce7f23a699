#include <catch2/catch.hpp>

#include "support/certificate.hpp"
#include "support/test_app.hpp"
#include "support/test_client.hpp"

using namespace std::chrono_literals;
using test::CertificateFiles;
using test::Closed;
using test::get;
using test::Running;
using test::TestApp;
using test::TestClient;
using test::text_frame;

namespace {

const TestClient::Options with_tls{.tls = true};

net::ServerOptions options_for(const CertificateFiles& files) {
    net::ServerOptions options;
    options.tls_certificate_file = files.certificate;
    options.tls_key_file = files.key;
    return options;
}

std::string start_error(const std::string& certificate, const std::string& key) {
    TestApp app;
    net::ServerOptions options;
    options.tls_certificate_file = certificate;
    options.tls_key_file = key;
    net::Server server(options, app);
    const auto error = server.start();
    return error ? error->text : "";
}

}  // namespace

TEST_CASE("requests and sessions work through TLS") {
    const CertificateFiles files;
    Running running(options_for(files));
    TestClient client(running.server.port(), with_tls);
    CHECK(client.ask(get("/echo")).body == "GET /echo\n");
    CHECK(client.ask(get("/big")).body.size() == 20'000'000);
    client.upgrade("/ws");
    client.send(text_frame("hello") + text_frame("many:500"));
    CHECK(client.read_text() == "hello");
    for (int i = 0; i < 500; ++i)
        REQUIRE(client.read_text() == std::string(1000, 'm'));
    const std::string large(1'000'000, 'l');
    client.send(text_frame(large));
    CHECK(client.read_text() == large);
    client.send(test::close_frame(1000, ""));
    CHECK(client.read_frame().code() == 1000);
    CHECK(client.read_to_end().empty());
    CHECK(running.app.closed() == std::vector<Closed>{{1000, true}});
}

TEST_CASE("a slow reader behind TLS is dropped at a frame's edge") {
    const CertificateFiles files;
    net::ServerOptions options = options_for(files);
    options.sizes.outbox_bytes = 64 * 1024;
    Running running(options);
    TestClient client(running.server.port(), {.tls = true, .receive_buffer = 4096});
    client.upgrade("/ws");
    client.send(text_frame("many:20000"));
    CHECK(running.app.closed() == std::vector<Closed>{{1013, false}});
    test::ServerFrame frame = client.read_frame();
    while (frame.opcode == 1) {
        REQUIRE(frame.payload == std::string(1000, 'm'));
        frame = client.read_frame();
    }
    CHECK(frame.code() == 1013);
}

TEST_CASE("a peer that does not speak TLS is ended, and one that says nothing by time") {
    const CertificateFiles files;
    net::ServerOptions options = options_for(files);
    options.times.tick = 10ms;
    options.times.tls_handshake = 150ms;
    Running running(options);
    TestClient plain(running.server.port());
    plain.send(get("/echo"));
    plain.read_to_end();
    CHECK(running.server.counters().tls_failures == 1);
    TestClient silent(running.server.port());
    CHECK(silent.read_to_end().empty());
    CHECK(running.server.counters().timeouts == 1);
    CHECK(running.server.counters().requests == 0);
}

TEST_CASE("certificates and keys that cannot be used are named in the error") {
    const CertificateFiles files;
    CHECK(start_error(files.certificate, "") == "tls certificate given without a key");
    CHECK(start_error("", files.key) == "tls key given without a certificate");
    const std::string missing = files.directory + "/missing.pem";
    CHECK(start_error(missing, files.key) ==
          "cannot read tls certificate " + missing + ": No such file or directory");
    CHECK(start_error(files.certificate, missing).starts_with("cannot read tls key " + missing));
    CHECK(start_error(files.garbage, files.key)
              .starts_with("cannot use tls certificate " + files.garbage));
    CHECK(start_error(files.certificate, files.garbage)
              .starts_with("cannot use tls key " + files.garbage));
    CHECK(start_error(files.certificate, files.other_key) ==
          "tls key " + files.other_key + " does not belong to certificate " + files.certificate);
}

TEST_CASE("a server with TLS stops gracefully") {
    const CertificateFiles files;
    Running running(options_for(files));
    TestClient client(running.server.port(), with_tls);
    client.upgrade("/ws");
    running.server.stop(500ms);
    CHECK(client.read_frame().code() == 1012);
    client.send(test::close_frame(1012, ""));
    CHECK(client.read_to_end().empty());
    running.server.join();
}
