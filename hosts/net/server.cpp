#include "net/server.hpp"

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "net/event_loop.hpp"

namespace net {

class Server::Impl {
 public:
    Impl(ServerOptions options, ServerHandler& handler)
        : state_(std::make_shared<ServerState>(std::move(options), handler)) {}

    std::optional<StartError> start() {
        const ServerOptions& options = state_->options;
        if (!options.tls_certificate_file.empty() || !options.tls_key_file.empty()) {
            if (auto error = state_->tls.load(options.tls_certificate_file, options.tls_key_file)) {
                return StartError{*error};
            }
        }
        auto listening = open_listening_socket(options.host, options.port);
        if (auto* error = std::get_if<std::string>(&listening))
            return StartError{std::move(*error)};
        auto& socket = std::get<ListeningSocket>(listening);
        port_ = socket.port;

        const std::size_t count = std::max<std::size_t>(options.io_threads, 1);
        for (std::size_t i = 0; i < count; ++i)
            loops_.push_back(std::make_shared<EventLoop>(state_, i));
        EventLoop& first = *loops_.front();
        first.listen(std::make_unique<Acceptor>(
            first.context(), std::move(socket),
            [this](AcceptedSocket accepted) { distribute(std::move(accepted)); }));
        for (const auto& loop : loops_)
            threads_.emplace_back([loop] { loop->run(); });
        return std::nullopt;
    }

    void stop_accepting() {
        if (loops_.empty()) return;
        loops_.front()->post([loop = loops_.front().get()] { loop->stop_accepting(); });
    }

    void stop(std::chrono::milliseconds within) {
        for (const auto& loop : loops_)
            loop->post([target = loop.get(), within] { target->stop(within); });
    }

    void join() {
        for (std::thread& thread : threads_) {
            if (thread.joinable()) thread.join();
        }
    }

    const std::vector<std::shared_ptr<EventLoop>>& loops() const { return loops_; }
    std::uint16_t port() const { return port_; }

 private:
    // One thread accepts and deals out in turn, so that the threads have equally many connections.
    void distribute(AcceptedSocket accepted) {
        EventLoop& loop = *loops_[next_++ % loops_.size()];
        loop.post_or_run([target = &loop, accepted = std::move(accepted)]() mutable {
            target->adopt(std::move(accepted));
        });
    }

    std::shared_ptr<ServerState> state_;
    std::vector<std::shared_ptr<EventLoop>> loops_;
    std::vector<std::thread> threads_;
    std::size_t next_ = 0;
    std::uint16_t port_ = 0;
};

bool ServerHandler::takes_stream(const HttpRequest&) const {
    return false;
}

std::unique_ptr<BodySink> ServerHandler::on_stream(HttpRequest, BodyControl, HttpResponder) {
    return nullptr;
}

HttpResponse ServerHandler::on_http_error(unsigned status, std::string_view reason) {
    return HttpResponse::make(status, "text/plain; charset=utf-8", std::string(reason));
}

Server::Server(ServerOptions options, ServerHandler& handler)
    : impl_(std::make_unique<Impl>(std::move(options), handler)) {}

Server::~Server() {
    stop(std::chrono::milliseconds(0));
    join();
}

std::optional<StartError> Server::start() {
    return impl_->start();
}

std::uint16_t Server::port() const {
    return impl_->port();
}

std::size_t Server::thread_count() const {
    return impl_->loops().size();
}

IoThread& Server::thread(std::size_t index) {
    return *impl_->loops()[index];
}

void Server::post_to_all(const std::function<void(IoThread&)>& task) {
    for (const auto& loop : impl_->loops()) {
        loop->post([target = loop.get(), task] { task(*target); });
    }
}

void Server::stop_accepting() {
    impl_->stop_accepting();
}

void Server::stop(std::chrono::milliseconds within) {
    impl_->stop(within);
}

void Server::join() {
    impl_->join();
}

CountersSnapshot Server::counters() const {
    CountersSnapshot sum;
    for (const auto& loop : impl_->loops()) {
        CountersSnapshot::each(
            sum, loop->counters(),
            [](const char*, std::uint64_t& total, const Counter& part) { total += part.value(); });
    }
    return sum;
}

}  // namespace net
