#include "net/connection.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "net/event_loop.hpp"

namespace net {

namespace {

// Pieces offered to one system call. Bursts are shorter; more would be copied into the kernel for
// nothing when the socket takes less.
constexpr int pieces_per_write = 64;
// Reads of one connection before the others have their turn.
constexpr int reads_per_turn = 4;

}  // namespace

Connection::Connection(EventLoop& loop, ConnectionId id, Transport transport)
    : loop_(loop), transport_(std::move(transport)), id_(id) {}

Connection::~Connection() = default;

void Connection::speak(std::unique_ptr<Protocol> protocol) {
    if (protocol_ != nullptr) loop_.retire(std::move(protocol_));
    protocol_ = std::move(protocol);
    deadline_changed();
}

void Connection::begin() {
    shaken_ = !transport_.is_tls();
    if (!shaken_) limit_ = loop_.now() + loop_.options().times.tls_handshake;
    deadline_changed();
    wait_for_read();
}

void Connection::wait_for_read() {
    if (waits_for_read_ || dead_) return;
    waits_for_read_ = true;
    transport_.socket().async_wait(
        Socket::wait_read, [loop = &loop_, id = id_](const boost::system::error_code& error) {
            Connection* connection = error ? nullptr : loop->find(id);
            if (connection != nullptr) connection->readable();
        });
}

void Connection::wait_for_write() {
    if (waits_for_write_ || dead_) return;
    waits_for_write_ = true;
    transport_.socket().async_wait(
        Socket::wait_write, [loop = &loop_, id = id_](const boost::system::error_code& error) {
            Connection* connection = error ? nullptr : loop->find(id);
            if (connection != nullptr) connection->writable();
        });
}

void Connection::readable() {
    waits_for_read_ = false;
    if (dead_ || input_ended_) return;
    if (!shaken_ && !shake_hands()) return;
    read();
}

void Connection::writable() {
    waits_for_write_ = false;
    if (dead_) return;
    if (!shaken_ && !shake_hands()) return;
    if (write_blocked_) {
        write_blocked_ = false;
        deadline_changed();
        touch();
    }
    // A TLS read may have been waiting for room to write.
    if (transport_.is_tls()) read();
}

bool Connection::shake_hands() {
    const IoStatus status = transport_.handshake();
    if (status == IoStatus::ok) {
        shaken_ = true;
        deadline_changed();
        return true;
    }
    if (status == IoStatus::again) {
        if (transport_.wants_write()) {
            wait_for_write();
        } else {
            wait_for_read();
        }
        return false;
    }
    loop_.counters().tls_failures.add();
    drop();
    return false;
}

void Connection::read() {
    for (int round = 0; round < reads_per_turn; ++round) {
        if (dead_ || input_ended_ || !(ending_ || protocol_->wants_input())) return;
        const std::span<char> buffer = loop_.read_buffer();
        const IoResult got = transport_.read(buffer.data(), buffer.size());
        if (got.status == IoStatus::again) {
            if (transport_.wants_write()) {
                wait_for_write();
                return;
            }
            break;
        }
        if (got.status != IoStatus::ok) {
            input_ended_ = true;
            // Nothing that was still to be written can arrive after a reset; after an orderly end
            // it can.
            if (got.status == IoStatus::failed || (ending_ && shut_)) return drop();
            if (!ending_) protocol_->on_end_of_input();
            return;
        }
        loop_.counters().bytes_in.add(got.bytes);
        if (!ending_) protocol_->on_input(buffer.data(), buffer.data() + got.bytes);
        // Less than was asked for is all there is, and the wait below notices what comes meanwhile.
        if (!transport_.is_tls() && got.bytes < buffer.size()) break;
    }
    resume_input();
}

void Connection::resume_input() {
    if (dead_ || input_ended_ || !shaken_ || !(ending_ || protocol_->wants_input())) return;
    if (transport_.has_pending()) {
        loop_.read_later(id_);
    } else {
        wait_for_read();
    }
}

bool Connection::send(const Frame& frame) {
    const std::size_t limit = loop_.options().sizes.outbox_bytes;
    if (!outbox_.push(frame, limit, loop_.outbox_pool())) {
        // What was queued since the loop last turned is not the receiver's fault.
        if (!write_blocked_) flush();
        if (dead_ || !outbox_.push(frame, limit, loop_.outbox_pool())) return false;
    }
    touch();
    return true;
}

void Connection::send(const BufferRef& bytes) {
    if (dead_) return;
    outbox_.push(bytes, loop_.outbox_pool());
    touch();
}

void Connection::drop_queued() {
    outbox_.drop_unstarted(transport_.pinned(), loop_.outbox_pool());
}

void Connection::wait_until_writable() {
    write_blocked_ = true;
    blocked_since_ = loop_.now();
    deadline_changed();
    wait_for_write();
}

std::size_t Connection::send_file(int file, std::uint64_t offset, std::size_t size) {
    const IoResult sent = transport_.send_file(file, offset, size);
    loop_.counters().writes.add();
    if (sent.status == IoStatus::again) {
        wait_until_writable();
    } else if (sent.status != IoStatus::ok) {
        drop();
    }
    loop_.counters().bytes_out.add(sent.bytes);
    return sent.bytes;
}

void Connection::flush() {
    if (write_blocked_ || !shaken_) return;
    while (!outbox_.empty()) {
        std::array<iovec, pieces_per_write> pieces;
        const int count = outbox_.gather(pieces.data(), pieces_per_write);
        const IoResult sent = transport_.write(pieces.data(), count);
        if (sent.status == IoStatus::failed || sent.status == IoStatus::closed) return drop();
        loop_.counters().writes.add();
        if (sent.status == IoStatus::again) return wait_until_writable();
        loop_.counters().bytes_out.add(sent.bytes);
        outbox_.consume(sent.bytes, loop_.outbox_pool());
    }
    if (!ending_ || shut_) return;
    transport_.shut_down_writing();
    shut_ = true;
    if (input_ended_) return drop();
    resume_input();
}

void Connection::end_after_flush() {
    if (ending_ || dead_) return;
    ending_ = true;
    limit_ = loop_.now() + loop_.options().times.close;
    deadline_changed();
    touch();
}

void Connection::drop() {
    if (dead_) return;
    dead_ = true;
    boost::system::error_code ignored;
    transport_.socket().close(ignored);
    touch();
}

void Connection::touch() {
    if (in_turn_) {
        touched_again_ = true;
    } else if (!touched_) {
        touched_ = true;
        loop_.touch(*this);
    }
}

void Connection::end_turn() {
    in_turn_ = true;
    do {
        touched_again_ = false;
        if (!dead_) flush();
        if (!dead_) protocol_->on_turn_end();
    } while (touched_again_ && !dead_);
    in_turn_ = false;
    touched_ = false;
    if (dead_) loop_.remove(*this);
}

void Connection::deadline_changed() {
    loop_.set_deadline(id_, next_deadline());
}

Time Connection::next_deadline() const {
    if (!shaken_ || ending_) return limit_;
    const Time wanted = protocol_->deadline();
    if (!write_blocked_) return wanted;
    return std::min<Time>(wanted, blocked_since_ + loop_.options().times.write_stall);
}

void Connection::check_time(Time now) {
    if (dead_) return;
    if (!shaken_ || ending_) {
        if (now < limit_) return;
        if (!shaken_) loop_.counters().timeouts.add();
        return drop();
    }
    if (write_blocked_ && now >= blocked_since_ + loop_.options().times.write_stall) {
        loop_.counters().slow_receivers.add();
        return drop();
    }
    if (now >= protocol_->deadline()) protocol_->on_deadline(now);
}

void Connection::stop(Time now, Time last) {
    if (dead_) return;
    if (!shaken_) return drop();
    if (!ending_) protocol_->on_stop(now, last);
}

}  // namespace net
