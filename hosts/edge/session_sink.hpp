// Carries the engine's events to the connections. A batch is handed to every I/O thread with one
// post; the first thread that has a listener encodes an event, the others share its frames.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "edge/phoenix/event_frames.hpp"
#include "edge/subscriptions.hpp"
#include "whispr/ports/session_sink.hpp"

namespace edge {

class SessionSink final : public whispr::SessionSink {
 public:
    SessionSink(std::size_t io_threads, phoenix::PresenceLeaves leaves);
    ~SessionSink() override;

    // The hub of this I/O thread, made at the first call. On that thread only.
    [[nodiscard]] Hub& hub(net::IoThread& thread);

    // See the port. Threads without connections so far are left alone.
    void deliver(const std::shared_ptr<const whispr::Events>& events) noexcept override;

    // Tells everyone who joined `topic`, on all threads, something that is no event of the engine.
    // Any thread.
    void tell(const phoenix::Topic& topic, std::string_view event, std::string_view payload);

    // Runs `use` once on every thread that has a hub. Any thread.
    void for_each_hub(const std::function<void(Hub&)>& use);

 private:
    struct Place {
        std::unique_ptr<Hub> owned;
        std::atomic<Hub*> hub{nullptr};
    };

    std::vector<Place> places_;
    phoenix::PresenceLeaves leaves_;
};

}  // namespace edge
