// A host that takes and gives bodies in pieces, and counts what comes and what ends.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "net/server.hpp"

namespace test {

// POST /take: answers with the size and a sum of the bytes. POST /pause: takes 64 KiB, and no more
// until let_go(). POST /later: asks for the body by another thread. POST /refuse: answers 403 at
// the head. POST /enough: answers 413 after 100 KB. POST /throw: throws at the first bytes. POST
// /hold: takes all and never answers. GET /file, /parts, /short (a file that ends too early),
// /source, /endless (a source that does not answer), /torn (a source that gives up).
class StreamApp final : public net::ServerHandler {
 public:
    StreamApp();
    ~StreamApp() override;

    void on_request(net::HttpRequest request, net::HttpResponder responder) override;
    void on_upgrade(net::HttpRequest request, net::UpgradeResponder responder) override;
    bool takes_stream(const net::HttpRequest& head) const override;
    std::unique_ptr<net::BodySink> on_stream(net::HttpRequest head, net::BodyControl control,
                                             net::HttpResponder responder) override;

    void let_go();
    bool wait_until(const std::function<bool()>& so);
    // What it has counted now.
    [[nodiscard]] std::size_t now(const std::size_t& counter) {
        const std::lock_guard lock(mutex_);
        return counter;
    }

    static constexpr std::size_t file_size = 5'000'000;
    std::string file;  // what /file sends

    // Under the lock of wait_until.
    std::size_t received = 0;
    std::size_t sinks = 0;    // alive
    std::size_t ended = 0;    // bodies that came to their end
    std::size_t sources = 0;  // alive

 private:
    friend class CountingSink;
    friend class CountingSource;

    void change(const std::function<void()>& what);

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<net::BodyControl> paused_;
    std::vector<net::BodyFeed> feeds_;
    std::vector<net::HttpResponder> held_;
    std::vector<std::thread> threads_;
    std::shared_ptr<const net::SharedFile> open_file_;
};

struct RunningStreams {
    explicit RunningStreams(net::ServerOptions options = {});

    StreamApp app;
    net::Server server;
};

}  // namespace test
