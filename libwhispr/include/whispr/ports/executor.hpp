// Where the engine's work runs: real threads, the calling thread, or a simulation.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace whispr {

class Executor {
 public:
    /// Runs one function, never twice at once. Destroying it waits for a running step to end; no
    /// step begins after.
    class Worker {
     public:
        virtual ~Worker() = default;
        /// The step will begin at least once after this call. Any thread; does not block, but for
        /// an inline executor, which may run the step inside the call (never inside a step of the
        /// same worker).
        virtual void wake() noexcept = 0;
    };

    virtual ~Executor() = default;

    /// A worker for `step`, which must not throw. Its name is for people. Any thread.
    [[nodiscard]] virtual std::unique_ptr<Worker> start_worker(std::string name,
                                                               std::function<void()> step) = 0;
    /// Runs `task` once, not before `delay` is over, on a thread of the executor's choice. Tasks
    /// that are still waiting when the executor is destroyed never run. Any thread; does not block.
    virtual void run_after(std::chrono::microseconds delay, std::function<void()> task) = 0;
    /// Time stands still here unless somebody moves it: the engine then answers at once what it
    /// would otherwise hold back for a moment to join it with what follows.
    [[nodiscard]] virtual bool time_stands_still() const noexcept { return false; }
};

}  // namespace whispr
