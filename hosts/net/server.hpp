// A server for HTTP/1.1 and WebSocket on one TCP port, with or without TLS.
//
//     struct App : net::ServerHandler { ... };     // answers requests, takes upgrades
//     App app;
//     net::Server server({.host = "127.0.0.1", .port = 4000, .io_threads = 2}, app);
//     if (auto error = server.start()) { report(error->text); return 1; }
//     ... until told to end ...
//     server.stop(std::chrono::seconds(10));       // close progressively
//     server.join();
//
// To reach many connections: build a Frame once, run one function on every I/O thread with
// post_to_all, and let it call WebSocket::send for the sessions the host keeps for that thread
// (io_thread.hpp, frame.hpp, websocket.hpp).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/counters.hpp"
#include "net/http_message.hpp"
#include "net/http_responder.hpp"
#include "net/http_stream.hpp"
#include "net/io_thread.hpp"
#include "net/options.hpp"
#include "net/websocket.hpp"

namespace net {

// What the host does with what arrives. Called on the I/O threads, several at a time if there are
// several; must not block. An exception that leaves a call is answered with 500.
class ServerHandler {
 public:
    virtual ~ServerHandler() = default;

    // A complete request. Requests of one connection arrive one at a time: the next after the
    // answer to this one.
    virtual void on_request(HttpRequest request, HttpResponder responder) = 0;

    // Is the body of this request to come in pieces, however long it is, by on_stream? Asked when
    // the head is here and a body follows.
    virtual bool takes_stream(const HttpRequest& head) const;

    // A request whose body is to come through the sink that this returns, once `control` was
    // resumed for the first time. Null: the body is not wanted. An answer before the end of the
    // body ends the connection, and the rest is not read.
    virtual std::unique_ptr<BodySink> on_stream(HttpRequest head, BodyControl control,
                                                HttpResponder responder);

    // A correct WebSocket handshake (GET, version 13, a key); whether the path and the caller are
    // right is for the host to decide, now or later. Broken handshakes are answered through
    // on_http_error.
    virtual void on_upgrade(HttpRequest request, UpgradeResponder responder) = 0;

    // The answer to what never became a request (400, 408, 413, 426, 429, 431, 501, 505) and to one
    // that was dropped (500). `reason` is fit for the client. The default is plain text.
    virtual HttpResponse on_http_error(unsigned status, std::string_view reason);
};

struct StartError {
    std::string text;  // "cannot listen on 127.0.0.1:4000: address already in use"
};

class Server {
 public:
    // Does nothing yet. `handler` outlives the server.
    Server(ServerOptions options, ServerHandler& handler);
    // stop(0) and join().
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // Reads the certificate, listens, starts the threads. An error says what could not be had;
    // nothing runs then. Requires: called once.
    [[nodiscard]] std::optional<StartError> start();

    // Where it listens. Requires: start() succeeded.
    std::uint16_t port() const;

    // Requires: start() succeeded. From any thread.
    std::size_t thread_count() const;
    IoThread& thread(std::size_t index);
    // Runs one copy of `task` on every I/O thread, with that thread as argument.
    void post_to_all(const std::function<void(IoThread&)>& task);

    // Listens no more; what is open stays. From any thread.
    void stop_accepting();

    // Ends within the given time: accepts no more, closes WebSocket sessions with 1012 at random
    // moments spread over the first three quarters of it, ends HTTP connections after the answer
    // they are waiting for, cuts what is left. Returns at once; from any thread; a later call may
    // only shorten.
    void stop(std::chrono::milliseconds within);

    // Waits for the threads to end after stop(). Not on an I/O thread.
    void join();

    // The sum over all threads, now. From any thread.
    CountersSnapshot counters() const;

 private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace net
