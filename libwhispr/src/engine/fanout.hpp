// Hands events to the sinks.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "engine/mutex.hpp"
#include "whispr/ports/session_sink.hpp"

namespace whispr {

class Fanout {
 public:
    void add(std::shared_ptr<SessionSink> sink);
    void remove(const std::shared_ptr<SessionSink>& sink);
    /// Any thread.
    void deliver(Events events);
    [[nodiscard]] std::uint64_t delivered() const noexcept { return delivered_; }

 private:
    using Sinks = std::vector<std::shared_ptr<SessionSink>>;
    std::atomic<std::uint64_t> delivered_{0};
    Mutex mutex_;
    std::shared_ptr<const Sinks> sinks_ WHISPR_GUARDED_BY(mutex_) = std::make_shared<Sinks>();
};

}  // namespace whispr
