#include "support/stream_app.hpp"

#include <unistd.h>

#include <cstdio>
#include <stdexcept>

namespace test {

class CountingSink final : public net::BodySink {
 public:
    CountingSink(StreamApp& app, std::string path, net::BodyControl control,
                 net::HttpResponder responder)
        : app_(app),
          path_(std::move(path)),
          control_(std::move(control)),
          responder_(std::move(responder)) {
        app_.change([&] { ++app_.sinks; });
    }
    ~CountingSink() override {
        app_.change([&] { --app_.sinks; });
    }

    bool on_body(std::string_view bytes) override {
        size_ += bytes.size();
        for (const char c : bytes)
            sum_ = sum_ * 31 + static_cast<unsigned char>(c);
        app_.change([&] { app_.received += bytes.size(); });
        if (path_ == "/throw") throw std::runtime_error("on_body");
        if (path_ == "/enough" && size_ >= 100'000 && responder_)
            responder_.answer(net::HttpResponse::make(413, "text/plain", "enough"));
        if (path_ != "/pause" || size_ < 64 * 1024 || paused_) return true;
        paused_ = true;
        app_.change([&] { app_.paused_.push_back(control_); });
        return false;
    }

    void on_end() override {
        app_.change([&] {
            ++app_.ended;
            if (path_ == "/hold") app_.held_.push_back(std::move(responder_));
        });
        if (!responder_) return;
        responder_.answer(net::HttpResponse::make(
            200, "text/plain", std::to_string(size_) + " " + std::to_string(sum_)));
    }

 private:
    StreamApp& app_;
    std::string path_;
    net::BodyControl control_;
    net::HttpResponder responder_;
    std::size_t size_ = 0;
    std::uint32_t sum_ = 0;
    bool paused_ = false;
};

class CountingSource final : public net::BodySource {
 public:
    CountingSource(StreamApp& app, std::string path) : app_(app), path_(std::move(path)) {
        app_.change([&] { ++app_.sources; });
    }
    ~CountingSource() override {
        app_.change([&] { --app_.sources; });
    }

    std::uint64_t size() const override { return 1'000'000; }
    void produce(net::BodyFeed feed) override {
        if (path_ == "/endless") {
            return app_.change([&] { app_.feeds_.push_back(std::move(feed)); });
        }
        if (path_ == "/torn" && given_ > 0) return;
        given_ += 100'000;
        if (given_ % 200'000 == 0) return feed.give(piece());
        app_.change([&] {
            app_.threads_.emplace_back(
                [feed = std::move(feed), piece = piece()]() mutable { feed.give(piece); });
        });
    }

 private:
    static net::BufferRef piece() { return net::Buffer::copy(std::string(100'000, 's')); }

    StreamApp& app_;
    std::string path_;
    std::size_t given_ = 0;
};

StreamApp::StreamApp() {
    for (std::size_t i = 0; i < file_size; ++i)
        file += static_cast<char>('a' + i % 23);
    char name[] = "/tmp/whispr-net-XXXXXX";
    const int descriptor = ::mkstemp(name);
    ::unlink(name);
    std::size_t written = 0;
    while (written < file.size()) {
        const ssize_t more = ::write(descriptor, file.data() + written, file.size() - written);
        if (more <= 0) throw std::runtime_error("cannot write the file of the test");
        written += static_cast<std::size_t>(more);
    }
    open_file_ = std::make_shared<net::SharedFile>(descriptor);
}

StreamApp::~StreamApp() {
    for (std::thread& thread : threads_)
        thread.join();
}

void StreamApp::change(const std::function<void()>& what) {
    {
        const std::lock_guard lock(mutex_);
        what();
    }
    changed_.notify_all();
}

bool StreamApp::wait_until(const std::function<bool()>& so) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), so);
}

void StreamApp::let_go() {
    std::vector<net::BodyControl> paused;
    change([&] { paused.swap(paused_); });
    for (const net::BodyControl& control : paused)
        control.resume();
}

void StreamApp::on_request(net::HttpRequest request, net::HttpResponder responder) {
    const std::string path(request.path());
    net::HttpResponse response;
    response.stream = std::make_shared<net::StreamedBody>();
    auto& parts = response.stream->parts;
    if (path == "/file") {
        parts.emplace_back(net::FileRange{open_file_, 0, file_size});
    } else if (path == "/parts") {
        parts.emplace_back(net::Buffer::copy("<"));
        parts.emplace_back(net::FileRange{open_file_, 23, 23});
        parts.emplace_back(net::FileRange{open_file_, 23, 0});
        parts.emplace_back(net::BufferRef());
        parts.emplace_back(net::Buffer::copy("|"));
        parts.emplace_back(std::make_shared<CountingSource>(*this, path));
        parts.emplace_back(net::FileRange{open_file_, file_size - 100'000, 100'000});
        parts.emplace_back(net::Buffer::copy(">"));
    } else if (path == "/short") {
        parts.emplace_back(net::FileRange{open_file_, file_size - 10, 100});
    } else if (path == "/nothing") {
        parts.emplace_back(net::FileRange{open_file_, 0, 0});
    } else if (path == "/source" || path == "/endless" || path == "/torn") {
        parts.emplace_back(std::make_shared<CountingSource>(*this, path));
    } else {
        response = net::HttpResponse::make(200, "text/plain",
                                           std::to_string(request.body().size()) + " whole");
    }
    responder.answer(std::move(response));
}

void StreamApp::on_upgrade(net::HttpRequest, net::UpgradeResponder) {}

bool StreamApp::takes_stream(const net::HttpRequest& head) const {
    return head.path() != "/whole";
}

std::unique_ptr<net::BodySink> StreamApp::on_stream(net::HttpRequest head, net::BodyControl control,
                                                    net::HttpResponder responder) {
    const std::string path(head.path());
    if (path == "/refuse") {
        responder.answer(net::HttpResponse::make(403, "text/plain", "no"));
        return nullptr;
    }
    if (path == "/later") {
        change([&] { threads_.emplace_back([control] { control.resume(); }); });
    } else if (path == "/wait") {
        change([&] { paused_.push_back(control); });
    } else {
        control.resume();
    }
    return std::make_unique<CountingSink>(*this, path, control, std::move(responder));
}

RunningStreams::RunningStreams(net::ServerOptions options) : server(std::move(options), app) {
    if (const auto error = server.start()) throw std::runtime_error(error->text);
}

}  // namespace test
