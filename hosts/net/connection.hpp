// One accepted socket on its I/O thread: reads when it is readable, writes once per turn of the
// loop, ends by time.
//
// An idle connection holds no buffer: bytes are read into the thread's one, and what is to be
// written are references to shared buffers.
#pragma once

#include <memory>

#include "net/http_responder.hpp"
#include "net/outbox.hpp"
#include "net/protocol.hpp"
#include "net/transport.hpp"

namespace net {

// Owned by its EventLoop. All members only on that thread.
class Connection {
 public:
    Connection(EventLoop& loop, ConnectionId id, Transport transport);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    EventLoop& loop() const { return loop_; }
    ConnectionId id() const { return id_; }
    bool is_tls() const { return transport_.is_tls(); }
    Protocol& protocol() { return *protocol_; }

    // Speaks `protocol` from now on. The previous one lives until the end of the turn.
    void speak(std::unique_ptr<Protocol> protocol);
    // Begins the TLS handshake, or to read.
    void begin();

    // Queues a frame within the bound on waiting bytes; what can be written is written before it is
    // refused.
    bool send(const Frame& frame);
    // Queues without a bound.
    void send(const BufferRef& bytes);
    std::size_t queued_bytes() const { return outbox_.bytes(); }
    // Writes some of these bytes of a file at once; how many. 0: the kernel takes no more now, and
    // on_turn_end comes when it does, or the connection was dropped, for the file is shorter.
    // Requires: nothing is queued, no TLS, size > 0.
    std::size_t send_file(int file, std::uint64_t offset, std::size_t size);
    // Nothing can be written now.
    bool is_write_blocked() const { return write_blocked_; }
    // Forgets the frames of which nothing has left yet.
    void drop_queued();

    // Writes what is queued, then ends; meanwhile input is thrown away, so that the peer can read
    // our last words instead of a reset. The protocol hears on_gone at the end.
    void end_after_flush();
    bool is_ending() const { return ending_; }
    // Ends now; on_gone comes at the end of this turn.
    void drop();
    bool is_dead() const { return dead_; }

    // The protocol wants input again.
    void resume_input();
    // Flush, and call on_turn_end, at the end of this turn.
    void touch();
    void deadline_changed();

    // For the loop.
    void end_turn();
    void check_time(Time now);
    Time next_deadline() const;
    void stop(Time now, Time last);

 private:
    friend class EventLoop;

    void readable();
    void writable();
    bool shake_hands();
    void read();
    void flush();
    void wait_until_writable();
    void wait_for_read();
    void wait_for_write();

    EventLoop& loop_;
    Transport transport_;
    Outbox outbox_;
    std::unique_ptr<Protocol> protocol_;
    ConnectionId id_;
    Time blocked_since_{};  // since when the kernel takes no more
    Time limit_{};          // for the TLS handshake, later for ending
    bool shaken_ = false;
    bool waits_for_read_ = false;
    bool waits_for_write_ = false;
    bool write_blocked_ = false;
    bool input_ended_ = false;
    bool ending_ = false;
    bool shut_ = false;
    bool dead_ = false;
    bool touched_ = false;  // in the loop's list
    bool in_turn_ = false;
    bool touched_again_ = false;
};

}  // namespace net
