// A small host for the server under test: a few paths, an echoing and broadcasting WebSocket, and a
// record of what happened that a test can wait for.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "net/server.hpp"

namespace test {

struct Closed {
    unsigned code;
    bool clean;

    friend bool operator==(const Closed&, const Closed&) = default;
};

// Paths: /echo, /hold (answered by release()), /drop, /throw, /big, /thread, /empty (204).
// Upgrades: /ws, /later (from another thread), /refuse (403), /drop, /throw-on-open.
// Texts on a session: "all:x" goes to every session as "x"; "close:4000"; "throw"; "pause"; "big:N"
// N bytes back; "many:N" that many frames of 1000 bytes; "ping:x"; anything else comes back.
class TestApp final : public net::ServerHandler {
 public:
    // Set before traffic begins.
    void use(net::Server& server);
    ~TestApp() override;

    void on_request(net::HttpRequest request, net::HttpResponder responder) override;
    void on_upgrade(net::HttpRequest request, net::UpgradeResponder responder) override;
    net::HttpResponse on_http_error(unsigned status, std::string_view reason) override;

    // Answers the requests to /hold; waits for so many of them first.
    void release(std::size_t expected);
    // Waits until so many requests to /hold have come.
    bool wait_for_held(std::size_t expected);
    // Waits, at most ten seconds, until that is so.
    bool wait_until(const std::function<bool()>& so);
    std::vector<Closed> closed();
    // The session that ended first; waits for it.
    Closed first_closed();
    std::size_t sessions();
    // Waits until so many are open.
    bool wait_until_sessions(std::size_t count);
    std::vector<std::string> pongs();
    // The handle of the session opened last.
    net::WebSocketHandle last_handle();

    // Sends the text to every session, by one hand-over to each I/O thread.
    void broadcast(std::string_view text);

 private:
    friend class TestSession;

    void change(const std::function<void()>& what);

    net::Server* server_ = nullptr;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<net::HttpResponder> held_;
    std::vector<std::thread> threads_;
    std::vector<Closed> closed_;
    std::vector<std::string> pongs_;
    net::WebSocketHandle last_handle_;
    std::size_t sessions_ = 0;
    // Per I/O thread, touched only there.
    std::vector<std::set<net::WebSocket*>> open_{8};
};

// A server with an app on a free port of 127.0.0.1, ended when the test ends.
struct Running {
    explicit Running(net::ServerOptions options = {});

    TestApp app;
    net::Server server;
};

}  // namespace test
