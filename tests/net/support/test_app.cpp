#include "support/test_app.hpp"

#include <stdexcept>

namespace test {

class TestSession final : public net::WebSocketHandler {
 public:
    TestSession(TestApp& app, bool throws) : app_(app), throws_(throws) {}

    void on_open(net::WebSocket& socket) override {
        socket_ = &socket;
        app_.open_[socket.thread().index()].insert(&socket);
        app_.change([&] {
            ++app_.sessions_;
            app_.last_handle_ = socket.handle();
        });
        if (throws_) throw std::runtime_error("on_open");
    }

    void on_text(std::string_view text) override {
        if (text.starts_with("all:")) return app_.broadcast(text.substr(4));
        if (text.starts_with("close:")) {
            return socket_->close(
                static_cast<std::uint16_t>(std::stoi(std::string(text.substr(6)))), "asked to");
        }
        if (text == "throw") throw std::runtime_error("on_text");
        if (text == "pause") return socket_->pause_reading();
        if (text.starts_with("big:")) {
            socket_->send_text(std::string(std::stoul(std::string(text.substr(4))), 'b'));
            return;
        }
        if (text.starts_with("many:")) {
            const net::Frame frame = net::make_text_frame(std::string(1000, 'm'));
            for (int i = std::stoi(std::string(text.substr(5))); i > 0; --i)
                socket_->send(frame);
            return;
        }
        if (text.starts_with("ping:")) {
            socket_->ping(text.substr(5));
            return;
        }
        socket_->send_text(text);
    }

    void on_binary(std::span<const std::byte> bytes) override {
        socket_->send(
            net::make_binary_frame({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
    }

    void on_pong(std::string_view payload) override {
        app_.change([&] { app_.pongs_.emplace_back(payload); });
    }

    void on_close(std::uint16_t code, bool clean) override {
        app_.open_[socket_->thread().index()].erase(socket_);
        app_.change([&] {
            app_.closed_.push_back({code, clean});
            --app_.sessions_;
        });
    }

 private:
    TestApp& app_;
    bool throws_;
    net::WebSocket* socket_ = nullptr;
};

void TestApp::use(net::Server& server) {
    server_ = &server;
}

TestApp::~TestApp() {
    for (std::thread& thread : threads_)
        thread.join();
}

void TestApp::change(const std::function<void()>& what) {
    {
        const std::lock_guard lock(mutex_);
        what();
    }
    changed_.notify_all();
}

void TestApp::on_request(net::HttpRequest request, net::HttpResponder responder) {
    const std::string_view path = request.path();
    if (path == "/echo") {
        std::string body = std::string(request.method()) + " " + std::string(request.target()) +
                           "\n" + request.body();
        responder.answer(net::HttpResponse::make(200, "text/plain", std::move(body)));
    } else if (path == "/hold") {
        change([&] { held_.push_back(std::move(responder)); });
    } else if (path == "/throw") {
        throw std::runtime_error("on_request");
    } else if (path == "/big") {
        responder.answer(net::HttpResponse::make(200, "text/plain", std::string(20'000'000, 'b')));
    } else if (path == "/thread") {
        change([&] {
            threads_.emplace_back([responder = std::move(responder)]() mutable {
                responder.answer(net::HttpResponse::make(200, "text/plain", "from a thread"));
            });
        });
    } else if (path == "/empty") {
        net::HttpResponse response;
        response.status = 204;
        responder.answer(std::move(response));
    } else if (path == "/peer") {
        responder.answer(net::HttpResponse::make(200, "text/plain", request.peer_address()));
    } else if (path != "/drop") {
        responder.answer(net::HttpResponse::make(404, "text/plain", "no such path"));
    }
}

void TestApp::on_upgrade(net::HttpRequest request, net::UpgradeResponder responder) {
    const std::string_view path = request.path();
    auto session = std::make_unique<TestSession>(*this, path == "/throw-on-open");
    if (path == "/ws" || path == "/throw-on-open") {
        responder.accept(std::move(session));
    } else if (path == "/later") {
        change([&] {
            threads_.emplace_back(
                [responder = std::move(responder), session = std::move(session)]() mutable {
                    responder.accept(std::move(session));
                });
        });
    } else if (path == "/refuse") {
        net::HttpResponse response;
        response.status = 403;
        responder.refuse(std::move(response));
    }
}

net::HttpResponse TestApp::on_http_error(unsigned status, std::string_view reason) {
    return net::HttpResponse::make(status, "application/json",
                                   "{\"error\":\"" + std::string(reason) + "\"}");
}

bool TestApp::wait_for_held(std::size_t expected) {
    return wait_until([&] { return held_.size() >= expected; });
}

void TestApp::release(std::size_t expected) {
    wait_for_held(expected);
    std::vector<net::HttpResponder> held;
    change([&] { held.swap(held_); });
    for (net::HttpResponder& responder : held) {
        responder.answer(net::HttpResponse::make(200, "text/plain", "released"));
    }
}

bool TestApp::wait_until(const std::function<bool()>& so) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), so);
}

std::vector<Closed> TestApp::closed() {
    wait_until([&] { return sessions_ == 0; });
    const std::lock_guard lock(mutex_);
    return closed_;
}

Closed TestApp::first_closed() {
    wait_until([&] { return !closed_.empty(); });
    const std::lock_guard lock(mutex_);
    return closed_.at(0);
}

bool TestApp::wait_until_sessions(std::size_t count) {
    return wait_until([&] { return sessions_ == count; });
}

std::size_t TestApp::sessions() {
    const std::lock_guard lock(mutex_);
    return sessions_;
}

std::vector<std::string> TestApp::pongs() {
    wait_until([&] { return !pongs_.empty(); });
    const std::lock_guard lock(mutex_);
    return pongs_;
}

net::WebSocketHandle TestApp::last_handle() {
    const std::lock_guard lock(mutex_);
    return last_handle_;
}

void TestApp::broadcast(std::string_view text) {
    server_->post_to_all([this, frame = net::make_text_frame(text)](net::IoThread& thread) {
        for (net::WebSocket* socket : open_[thread.index()])
            socket->send(frame);
    });
}

Running::Running(net::ServerOptions options) : server(std::move(options), app) {
    app.use(server);
    if (auto error = server.start()) throw std::runtime_error(error->text);
}

}  // namespace test
