#include "net/event_loop.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <csignal>
#include <ctime>

#include "net/http_session.hpp"
#include "net/server.hpp"

namespace net {

namespace {

thread_local const EventLoop* current_loop = nullptr;

// While stopping, closes are spread over moments this far apart.
constexpr std::chrono::milliseconds stopping_tick{25};

// OpenSSL writes without MSG_NOSIGNAL; a peer that has gone must not end the process.
void block_sigpipe() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

void prepare_socket(int descriptor, const TimeLimits& times) {
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    const auto timeout = static_cast<unsigned>(times.tcp_user_timeout.count());
    if (timeout != 0)
        setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof(timeout));
}

}  // namespace

ServerState::ServerState(ServerOptions server_options, ServerHandler& server_handler)
    : options(std::move(server_options)),
      handler(server_handler),
      rate(options.sizes.handshakes_per_address_burst,
           options.sizes.handshakes_per_address_per_second, options.rate_exempt),
      input(options.sizes.input_bytes) {}

EventLoop::EventLoop(std::shared_ptr<ServerState> state, std::size_t index)
    : state_(std::move(state)),
      index_(index),
      context_(1),
      tick_timer_(context_),
      now_(std::chrono::steady_clock::now()),
      random_(std::random_device{}()) {}

EventLoop::~EventLoop() {
    close_mailbox();
}

bool EventLoop::is_current() const {
    return current_loop == this;
}

bool EventLoop::post(Task task) {
    bool wake = false;
    {
        const MutexLock lock(mutex_);
        if (mailbox_closed_) return false;
        wake = mailbox_.empty();
        mailbox_.push_back(std::move(task));
    }
    if (wake) boost::asio::post(context_, [this] { drain_mailbox(); });
    return true;
}

bool EventLoop::post_or_run(Task task) {
    if (!is_current()) return post(std::move(task));
    task();
    return true;
}

void EventLoop::drain_mailbox() {
    {
        const MutexLock lock(mutex_);
        running_.swap(mailbox_);
    }
    now_ = std::chrono::steady_clock::now();
    // The end of this batch is the end of the turn: what its tasks sent is written before the loop
    // looks further.
    turn_scheduled_ = true;
    for (Task& task : running_) {
        try {
            task();
        } catch (...) {
            counters_.handler_errors.add();
        }
        task = Task();
    }
    running_.clear();
    end_turn();
}

void EventLoop::touch(Connection& connection) {
    touched_.push_back(&connection);
    if (turn_scheduled_) return;
    turn_scheduled_ = true;
    boost::asio::post(context_, [this] { end_turn(); });
}

void EventLoop::end_turn() {
    turn_scheduled_ = true;
    while (!touched_.empty()) {
        ending_turn_.swap(touched_);
        for (Connection* connection : ending_turn_)
            connection->end_turn();
        ending_turn_.clear();
    }
    turn_scheduled_ = false;
    // Protocols refer to their connection, so they go first.
    retired_.clear();
    gone_.clear();
    finish_if_done();
}

void EventLoop::retire(std::unique_ptr<Protocol> protocol) {
    retired_.push_back(std::move(protocol));
}

void EventLoop::read_later(ConnectionId id) {
    boost::asio::post(context_, [this, id] {
        if (Connection* connection = find(id)) connection->readable();
    });
}

void EventLoop::turn_later(ConnectionId id) {
    boost::asio::post(context_, [this, id] {
        if (Connection* connection = find(id)) connection->touch();
    });
}

void EventLoop::adopt(AcceptedSocket accepted) {
    const std::size_t open = state_->open_connections.fetch_add(1, std::memory_order_relaxed);
    const bool too_many = open >= options().sizes.connections;
    const bool too_fast =
        state_->tls && !state_->rate.admit(accepted.address, std::chrono::steady_clock::now());
    TlsState tls;
    if (state_->tls && !too_many && !too_fast) tls = state_->tls.accept(accepted.descriptor.get());
    if (stopping_ || too_many || too_fast || (state_->tls && tls == nullptr)) {
        state_->open_connections.fetch_sub(1, std::memory_order_relaxed);
        counters_.refused.add();
        return;
    }
    prepare_socket(accepted.descriptor.get(), options().times);
    const auto family = accepted.is_v6 ? boost::asio::ip::tcp::v6() : boost::asio::ip::tcp::v4();
    Socket socket(context_);
    boost::system::error_code error;
    socket.assign(family, accepted.descriptor.get(), error);
    if (error) {
        state_->open_connections.fetch_sub(1, std::memory_order_relaxed);
        counters_.refused.add();
        return;
    }
    accepted.descriptor.release();

    if (free_slots_.empty()) {
        free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
        slots_.emplace_back();
    }
    const ConnectionId id{free_slots_.back(), slots_[free_slots_.back()].generation};
    free_slots_.pop_back();
    ++open_;
    counters_.accepted.add();
    Slot& slot = slots_[id.slot];
    slot.connection =
        std::make_unique<Connection>(*this, id, Transport(std::move(socket), std::move(tls)));
    Connection& connection = *slot.connection;
    connection.speak(
        std::make_unique<HttpSession>(connection, std::move(accepted.address), accepted.port));
    connection.begin();
}

Connection* EventLoop::find(ConnectionId id) {
    if (id.slot >= slots_.size() || slots_[id.slot].generation != id.generation) return nullptr;
    Connection* connection = slots_[id.slot].connection.get();
    return connection == nullptr || connection->is_dead() ? nullptr : connection;
}

void EventLoop::remove(Connection& connection) {
    // The host hears of the end while the connection can no longer be found, but its memory is
    // still there.
    Slot& slot = slots_[connection.id().slot];
    const std::uint32_t index = connection.id().slot;
    gone_.push_back(std::move(slot.connection));
    ++slot.generation;
    slot.deadline = never;
    connection.protocol().on_gone();
    free_slots_.push_back(index);
    --open_;
    state_->open_connections.fetch_sub(1, std::memory_order_relaxed);
}

std::string_view EventLoop::date_header() {
    return date_.at(std::time(nullptr));
}

double EventLoop::random() {
    return std::uniform_real_distribution<double>(0, 1)(random_);
}

void EventLoop::schedule_tick() {
    tick_timer_.expires_after(stopping_ ? stopping_tick : options().times.tick);
    tick_timer_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        tick();
        schedule_tick();
    });
}

void EventLoop::tick() {
    now_ = std::chrono::steady_clock::now();
    turn_scheduled_ = true;
    const bool cut = stopping_ && now_ >= stop_at_;
    // By index: what is called here may open or close connections, and so move the table.
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        Connection* connection = slots_[i].connection.get();
        if (connection == nullptr) continue;
        if (cut) {
            connection->drop();
        } else if (slots_[i].deadline <= now_) {
            connection->check_time(now_);
            slots_[i].deadline = connection->next_deadline();
        }
    }
    if (acceptor_ != nullptr) acceptor_->retry();
    end_turn();
}

void EventLoop::stop(std::chrono::milliseconds within) {
    now_ = std::chrono::steady_clock::now();
    const Time last = now_ + within;
    if (stopping_ && last >= stop_at_) return;
    stop_accepting();
    stopping_ = true;
    stop_at_ = last;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        if (slots_[i].connection != nullptr) slots_[i].connection->stop(now_, last);
    }
    schedule_tick();
    finish_if_done();
}

void EventLoop::finish_if_done() {
    if (!stopping_ || open_ != 0) return;
    close_mailbox();
    context_.stop();
}

void EventLoop::close_mailbox() {
    std::vector<Task> left;
    {
        const MutexLock lock(mutex_);
        mailbox_closed_ = true;
        left.swap(mailbox_);
    }
    // Destroyed without the lock: what a task owns may post in its destructor, and be refused.
}

void EventLoop::run() {
    current_loop = this;
    block_sigpipe();
    auto work = boost::asio::make_work_guard(context_);
    schedule_tick();
    for (;;) {
        try {
            context_.run();
            break;
        } catch (...) {
            // The turn was cut off in the middle; what it touched is still to be looked after.
            counters_.handler_errors.add();
            boost::asio::post(context_, [this] { end_turn(); });
        }
    }
    acceptor_.reset();
    close_mailbox();
    current_loop = nullptr;
}

}  // namespace net
