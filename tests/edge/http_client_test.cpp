#include "http_client.hpp"

#include <catch2/catch.hpp>
#include <condition_variable>
#include <future>
#include <mutex>

#include "collecting_log.hpp"
#include "net/server.hpp"

using namespace std::chrono_literals;
using edge::HttpAnswer;
using edge::HttpClient;
using edge_test::CollectingLog;

namespace {

// A service of loopback: /ok says what it was sent, /broken answers 503, /long too much, /away
// redirects to /ok, /hold waits until it is released.
class Service final : public net::ServerHandler {
 public:
    Service() : server_({.host = "127.0.0.1", .port = 0, .io_threads = 1}, *this) {
        REQUIRE_FALSE(server_.start());
    }
    ~Service() override { server_.stop(0ms); }

    [[nodiscard]] std::string base() const {
        return "http://127.0.0.1:" + std::to_string(server_.port());
    }

    void on_request(net::HttpRequest request, net::HttpResponder responder) override {
        if (request.path() == "/hold") {
            const std::lock_guard lock(mutex_);
            held_.push_back(std::move(responder));
            return changed_.notify_all();
        }
        auto response = net::HttpResponse::make(200, "text/plain", text_for(request));
        if (request.path() == "/broken") response.status = 503;
        if (request.path() == "/away") {
            response.status = 302;
            response.add("location", "/ok");
        }
        responder.answer(std::move(response));
    }
    void on_upgrade(net::HttpRequest, net::UpgradeResponder) override {}

    void release(std::size_t expected) {
        std::unique_lock lock(mutex_);
        REQUIRE(changed_.wait_for(lock, 10s, [&] { return held_.size() == expected; }));
        for (auto& responder : held_)
            responder.answer(net::HttpResponse::make(200, "text/plain", "released"));
        held_.clear();
    }

 private:
    static std::string text_for(const net::HttpRequest& request) {
        if (request.path() == "/long") return std::string(100'000, 'x');
        return std::string(request.target()) + " " +
               std::string(request.header("authorization").value_or("nobody"));
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<net::HttpResponder> held_;
    net::Server server_;
};

std::future<HttpAnswer> ask(HttpClient& client, edge::HttpGet request) {
    auto promise = std::make_shared<std::promise<HttpAnswer>>();
    auto answer = promise->get_future();
    client.get(std::move(request),
               [promise](HttpAnswer said) { promise->set_value(std::move(said)); });
    return answer;
}

HttpAnswer asked(HttpClient& client, edge::HttpGet request) {
    return ask(client, std::move(request)).get();
}

}  // namespace

TEST_CASE("a request brings its headers, and its answer the status and the body") {
    Service service;
    CollectingLog log;
    HttpClient client({.name = "test", .base = service.base() + "/"}, log.log);
    const auto answer = asked(client, {"/ok?a=1", {{"Authorization", "Bearer abc"}}});
    CHECK(answer.status == 200);
    CHECK(answer.body == "/ok?a=1 Bearer abc");
    CHECK(client.figures().answered == 1);
}

TEST_CASE("a redirect is an answer, so credentials do not go elsewhere") {
    Service service;
    CollectingLog log;
    HttpClient client({.name = "test", .base = service.base()}, log.log);
    CHECK(asked(client, {"/away", {}}).status == 302);
}

TEST_CASE("an answer that is too long is none") {
    Service service;
    CollectingLog log;
    HttpClient client({.name = "test", .base = service.base()}, log.log);
    const auto answer = asked(client, {"/long", {}});
    CHECK(answer.status == 0);
    CHECK(answer.error == "the answer is too long");
    CHECK(client.figures().failed == 1);
}

TEST_CASE("a header of two lines is refused before it is sent") {
    Service service;
    CollectingLog log;
    HttpClient client({.name = "test", .base = service.base()}, log.log);
    CHECK(asked(client, {"/ok", {{"Authorization", "a\r\nX-Role: admin"}}}).error ==
          "a header has more than one line");
    CHECK(asked(client, {"ok", {}}).error == "the path is no path");
    CHECK(client.figures().refused == 2);
}

TEST_CASE("what does not answer within the time limit is given up") {
    Service service;
    CollectingLog log;
    HttpClient client({.name = "test", .base = service.base(), .time_limit = 50ms}, log.log);
    const auto answer = asked(client, {"/hold", {}});
    CHECK(answer.status == 0);
    CHECK_FALSE(answer.error.empty());
}

TEST_CASE("the time limit counts the wait for a connection, too") {
    Service service;
    CollectingLog log;
    HttpClient client(
        {.name = "test", .base = service.base(), .time_limit = 100ms, .connections = 1}, log.log);
    auto first = ask(client, {"/hold", {}});
    auto second = ask(client, {"/hold", {}});
    CHECK(first.get().status == 0);
    CHECK(second.get().status == 0);
}

TEST_CASE("more requests than are allowed at once are refused at once") {
    Service service;
    CollectingLog log;
    HttpClient client({.name = "test", .base = service.base(), .requests = 2, .connections = 2},
                      log.log);
    auto first = ask(client, {"/hold", {}});
    auto second = ask(client, {"/hold", {}});
    CHECK(asked(client, {"/ok", {}}).error == "too many requests at once");
    service.release(2);
    CHECK(first.get().body == "released");
    CHECK(second.get().body == "released");
    CHECK(asked(client, {"/ok", {}}).status == 200);
}

TEST_CASE("a service that is broken is left alone, which is said once") {
    Service service;
    CollectingLog log;
    HttpClient client({.name = "user-service", .base = service.base(), .breaker = {3, 1h}},
                      log.log);
    for (int i = 0; i < 3; ++i)
        CHECK(asked(client, {"/broken", {}}).status == 503);
    for (int i = 0; i < 3; ++i)
        CHECK(asked(client, {"/ok", {}}).error == "the service did not answer lately");
    REQUIRE(log.lines().size() == 1);
    CHECK_THAT(log.lines()[0], Catch::Contains("user-service") && Catch::Contains("503"));
    CHECK(client.figures().refused == 3);
}

TEST_CASE("a service that is left alone is asked again after the pause") {
    Service service;
    CollectingLog log;
    HttpClient client({.name = "test", .base = service.base(), .breaker = {1, 0ms}}, log.log);
    CHECK(asked(client, {"/broken", {}}).status == 503);
    CHECK(asked(client, {"/ok", {}}).status == 200);
    CHECK(asked(client, {"/ok", {}}).status == 200);
}

TEST_CASE("a client that is destroyed answers what is under way") {
    Service service;
    CollectingLog log;
    std::future<HttpAnswer> answer;
    std::future<HttpAnswer> waiting;
    {
        HttpClient client({.name = "test", .base = service.base(), .connections = 1}, log.log);
        answer = ask(client, {"/hold", {}});
        waiting = ask(client, {"/hold", {}});
        service.release(1);
        CHECK(answer.get().status == 200);
    }
    CHECK(waiting.get().status == 0);
}

TEST_CASE("nobody listening is an answer in words, without the password of the URL") {
    CollectingLog log;
    HttpClient client(
        {.name = "test", .base = "http://user:secret@127.0.0.1:1", .breaker = {1, 1h}}, log.log);
    const auto answer = asked(client, {"/ok", {}});
    CHECK(answer.status == 0);
    CHECK_THAT(answer.error, Catch::Contains("connect"));
    REQUIRE(log.lines().size() == 1);
    CHECK_THAT(log.lines()[0], !Catch::Contains("secret"));
}
