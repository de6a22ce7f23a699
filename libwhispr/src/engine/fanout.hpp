// Hands events to the sinks.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "engine/mutex.hpp"
#include "whispr/ports/event_bus.hpp"
#include "whispr/ports/session_sink.hpp"

namespace whispr {

class Cluster;

class Fanout {
 public:
    /// Everything goes through it from now on. Before the first event.
    void relay_through(Cluster* cluster) noexcept { cluster_ = cluster; }
    void add(std::shared_ptr<SessionSink> sink);
    void remove(const std::shared_ptr<SessionSink>& sink);
    /// Any thread.
    void deliver(Events events);
    /// To this node's sinks.
    void hand_out(Events events);
    /// To this node's sinks, when it is another one than before; the first one is known to all.
    /// Whoever returns from here knows that they were told.
    void tell_epoch(const Uuid& epoch);
    /// To the other nodes, where there are any.
    void tell_presence(PresenceDelta delta);
    [[nodiscard]] std::uint64_t delivered() const noexcept { return delivered_; }

 private:
    using Sinks = std::vector<std::shared_ptr<SessionSink>>;
    Cluster* cluster_ = nullptr;
    std::atomic<std::uint64_t> delivered_{0};
    Mutex epoch_mutex_;
    std::optional<Uuid> epoch_ WHISPR_GUARDED_BY(epoch_mutex_);
    Mutex mutex_;
    std::shared_ptr<const Sinks> sinks_ WHISPR_GUARDED_BY(mutex_) = std::make_shared<Sinks>();
};

}  // namespace whispr
