// Asks a neighbouring HTTP service without making anybody wait: requests are handed over, one
// thread drives them all, and every request is answered once, within its time limit. What is asked
// at once is bounded, and a service that does not answer is left alone for a while.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "circuit_breaker.hpp"
#include "net/mutex.hpp"

namespace edge {

class Log;

struct HttpGet {
    std::string path;  // with its query, percent-encoded; follows the client's base
    std::vector<std::pair<std::string, std::string>> headers{};
};

struct HttpAnswer {
    unsigned status = 0;  // 0: there was no answer, and `error` says why
    std::string body{};
    std::string error{};
};

struct HttpClientFigures {
    std::uint64_t answered = 0;
    std::uint64_t failed = 0;   // no answer, or one that says the service is broken (5xx)
    std::uint64_t refused = 0;  // never made: too many at once, or the service is left alone
};

class HttpClient {
 public:
    struct Options {
        std::string name;  // of the service, for the log
        std::string base;  // "http://user-service:3002"; https too
        std::chrono::milliseconds time_limit{5'000};
        std::size_t requests = 256;            // under way or waiting; more are refused
        std::size_t connections = 16;          // of those, at once; kept open
        std::size_t answer_bytes = 64 * 1024;  // a longer answer is a failure
        CircuitBreaker::Options breaker{};
    };
    using Done = std::function<void(HttpAnswer)>;

    // Starts the thread. Requires: `log` outlives this object.
    HttpClient(Options options, Log& log);
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;
    // Answers with an error what is under way or waiting, and ends the thread.
    ~HttpClient();

    // Any thread; does not block. `done` is called exactly once: on the client's thread, where it
    // must not block, or, when the request is refused, on the calling thread before this returns.
    // Redirects are not followed: they are answers like others.
    void get(HttpGet request, Done done);

    // For metrics. Any thread.
    [[nodiscard]] HttpClientFigures figures() const;

 private:
    struct Request;
    class Transfers;

    void run();
    [[nodiscard]] const char* refusal(const HttpGet& request);
    std::chrono::milliseconds start_waiting();
    void finish(Request& request, HttpAnswer answer);
    void judge(const HttpAnswer& answer);
    std::deque<std::unique_ptr<Request>> take_waiting();

    const Options options_;
    Log& log_;
    const std::unique_ptr<Transfers> transfers_;
    net::Mutex mutex_;
    CircuitBreaker breaker_ NET_GUARDED_BY(mutex_);
    std::deque<std::unique_ptr<Request>> waiting_ NET_GUARDED_BY(mutex_);
    std::size_t pending_ NET_GUARDED_BY(mutex_) = 0;
    std::atomic<bool> stop_{false};
    std::atomic<std::uint64_t> answered_{0};
    std::atomic<std::uint64_t> failed_{0};
    std::atomic<std::uint64_t> refused_{0};
    std::thread thread_;
};

}  // namespace edge
