// Where events leave the engine: a server's connections, an event queue, a test's recorder.
#pragma once

#include <memory>

#include "whispr/events.hpp"

namespace whispr {

class SessionSink {
 public:
    virtual ~SessionSink() = default;

    /// Changes: once per batch, after its commit and before its answers, from a lane's thread;
    /// those of one conversation never come from two threads at once. Signals (typing, presence):
    /// from any thread. Must not block, must not throw, and may call the engine (such calls are
    /// queued). The events are immutable and may be kept.
    virtual void deliver(const std::shared_ptr<const Events>& events) noexcept = 0;
};

}  // namespace whispr
