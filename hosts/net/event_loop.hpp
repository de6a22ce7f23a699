// One I/O thread from the inside: an io_context, the connections that live on it, its mailbox and
// its clock.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "net/acceptor.hpp"
#include "net/connection.hpp"
#include "net/counters.hpp"
#include "net/deflate.hpp"
#include "net/handshake_rate.hpp"
#include "net/http_writer.hpp"
#include "net/input_charge.hpp"
#include "net/io_thread.hpp"
#include "net/mutex.hpp"
#include "net/options.hpp"
#include "net/outbox.hpp"
#include "net/tls.hpp"

namespace net {

class ServerHandler;

// What all I/O threads of a server share.
struct ServerState {
    ServerState(ServerOptions server_options, ServerHandler& server_handler);

    const ServerOptions options;
    ServerHandler& handler;
    TlsContext tls;
    HandshakeRate rate;
    InputBudget input;
    std::atomic<std::size_t> open_connections{0};
};

class EventLoop final : public IoThread, public std::enable_shared_from_this<EventLoop> {
 public:
    EventLoop(std::shared_ptr<ServerState> state, std::size_t index);
    ~EventLoop() override;

    // From any thread.
    bool post(Task task) override;
    std::size_t index() const override { return index_; }
    bool is_current() const override;
    // Runs `task` now if this is the thread, otherwise posts it.
    bool post_or_run(Task task);
    Counters& counters() { return counters_; }

    // The thread's body: returns after stop() has done its work.
    void run();
    // Ends within this time; a later call may only shorten it. On this thread.
    void stop(std::chrono::milliseconds within);
    // On this thread.
    void listen(std::unique_ptr<Acceptor> acceptor) { acceptor_ = std::move(acceptor); }
    void stop_accepting() { acceptor_.reset(); }

    // All below: on this thread.
    void adopt(AcceptedSocket accepted);
    Connection* find(ConnectionId id);
    void remove(Connection& connection);
    void touch(Connection& connection);
    void set_deadline(ConnectionId id, Time deadline) { slots_[id.slot].deadline = deadline; }
    // Keeps a protocol that may still be on the stack until the end of the turn.
    void retire(std::unique_ptr<Protocol> protocol);
    void read_later(ConnectionId id);
    // Ends another turn of this connection when the others had theirs.
    void turn_later(ConnectionId id);

    boost::asio::io_context& context() { return context_; }
    ServerState& state() { return *state_; }
    const ServerOptions& options() const { return state_->options; }
    ServerHandler& handler() { return state_->handler; }
    // Of the last tick or task; exact to one tick.
    Time now() const { return now_; }
    bool is_stopping() const { return stopping_; }
    std::span<char> read_buffer() { return read_buffer_; }
    OutboxPool& outbox_pool() { return outbox_pool_; }
    Compression& compression() { return compression_; }
    std::string_view date_header();
    // Between 0 and 1.
    double random();

 private:
    struct Slot {
        std::unique_ptr<Connection> connection;
        std::uint32_t generation = 0;
        Time deadline = never;
    };

    void drain_mailbox();
    void end_turn();
    void schedule_tick();
    void tick();
    void finish_if_done();
    void close_mailbox();

    const std::shared_ptr<ServerState> state_;
    const std::size_t index_;
    Counters counters_;

    Mutex mutex_;
    std::vector<Task> mailbox_ NET_GUARDED_BY(mutex_);
    bool mailbox_closed_ NET_GUARDED_BY(mutex_) = false;

    boost::asio::io_context context_;
    boost::asio::steady_timer tick_timer_;
    std::unique_ptr<Acceptor> acceptor_;
    Time now_;
    std::vector<Slot> slots_;
    std::vector<std::uint32_t> free_slots_;
    std::size_t open_ = 0;
    std::vector<Connection*> touched_;
    std::vector<Connection*> ending_turn_;
    std::vector<Task> running_;
    std::vector<std::unique_ptr<Connection>> gone_;
    std::vector<std::unique_ptr<Protocol>> retired_;
    bool turn_scheduled_ = false;
    bool stopping_ = false;
    Time stop_at_ = never;
    OutboxPool outbox_pool_;
    Compression compression_;
    DateHeader date_;
    std::minstd_rand random_;
    std::array<char, 64 * 1024> read_buffer_;
};

}  // namespace net
