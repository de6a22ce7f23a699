// A connection without a network: what is sent waits in a real outbox, and a flush goes through
// everything but the system call.
#pragma once

#include <cstddef>
#include <set>

#include "net/io_thread.hpp"
#include "net/outbox.hpp"
#include "net/websocket.hpp"

namespace bench {

/// Runs what is posted at once.
class DeskThread final : public net::IoThread {
 public:
    bool post(net::Task task) override {
        task();
        return true;
    }
    std::size_t index() const override { return 0; }
    bool is_current() const override { return true; }
};

class DeskSocket final : public net::WebSocket {
 public:
    DeskSocket(net::IoThread& thread, net::OutboxPool& pool) : thread_(thread), pool_(pool) {}

    bool send(const net::Frame& frame) override {
        constexpr std::size_t limit = 1024 * 1024;
        return outbox_.push(frame, limit, pool_);
    }
    bool send_text(std::string_view) override { return false; }
    void close(std::uint16_t, std::string_view) override {}
    bool ping(std::string_view) override { return false; }
    void pause_reading() override {}
    void resume_reading() override {}
    std::size_t queued_bytes() const override { return outbox_.bytes(); }
    bool is_closing() const override { return false; }
    net::IoThread& thread() const override { return thread_; }
    net::WebSocketHandle handle() const override { return {}; }

    /// As at the end of a loop's turn. The result is what a writev would have been given, in bytes.
    std::size_t flush();
    /// Notes the address of every piece that waits.
    void collect(std::set<const void*>& buffers) const;

 private:
    net::IoThread& thread_;
    net::OutboxPool& pool_;
    net::Outbox outbox_;
};

}  // namespace bench
