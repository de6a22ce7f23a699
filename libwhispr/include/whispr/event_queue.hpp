// Events of one user for programs without an event loop of their own: a GUI polls it between
// frames, a script waits on it. Bounded: when its owner stays behind, the oldest events go, and the
// next poll says so.
//
//     whispr::EventQueue queue(engine, me);
//     while (running) for (const auto& event : queue.poll(20ms).events) show(event);
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "whispr/engine.hpp"
#include "whispr/events.hpp"

namespace whispr {

class EventQueue {
 public:
    struct Options {
        std::size_t capacity = 10'000;  ///< events kept; at some 200 bytes each, 2 MB
        /// Called when the queue stops being empty, on an engine thread: wake your loop, do not
        /// poll in it. Never after the queue's destructor has returned; that waits for a running
        /// call, so the call must not wait for the owner.
        std::function<void()> wake;
    };
    struct Polled {
        std::vector<Event> events{};  ///< in order
        bool lost = false;  ///< older events were dropped: read the conversations on screen again
    };

    /// Receives what `user` may see from now on: changes and signals of conversations where the
    /// user is active, the user's own changes, and the user's own removal. Requires: the engine
    /// outlives it.
    EventQueue(Engine& engine, UserId user);
    EventQueue(Engine& engine, UserId user, Options options);
    ~EventQueue();
    EventQueue(const EventQueue&) = delete;
    EventQueue& operator=(const EventQueue&) = delete;

    /// Everything that has come, waiting up to `timeout` for the first event. Any thread.
    [[nodiscard]] Polled poll(std::chrono::milliseconds timeout = {});

 private:
    class Sink;
    Engine& engine_;
    std::shared_ptr<Sink> sink_;
};

}  // namespace whispr
