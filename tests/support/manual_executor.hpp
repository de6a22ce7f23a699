// An executor without threads whose time the test moves. A woken step runs inside the call that
// woke it, or, while the executor is held, waits for the release, so that a test can queue several
// commands before a lane looks at them. Used from one thread.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <string>

#include "support/manual_clock.hpp"
#include "whispr/ports/executor.hpp"

namespace whispr::test {

class ManualExecutor final : public Executor {
 public:
    /// Moves `clock` along with its own time.
    explicit ManualExecutor(std::shared_ptr<ManualClock> clock);
    ~ManualExecutor() override;

    std::unique_ptr<Worker> start_worker(std::string name, std::function<void()> step) override;
    void run_after(std::chrono::microseconds delay, std::function<void()> task) override;

    /// From now on woken steps wait.
    void hold() noexcept;
    /// Runs what waits, and from now on every step at once.
    void release();
    /// Runs the steps that wait now, but not those that they wake. Requires: held.
    void run_once();
    /// Runs the timers that come due, in the order of their moments.
    void advance(std::chrono::microseconds by);

    /// Those that come due within a quarter of a minute: the engine's look at what is due, which
    /// sleeps a minute when there is nothing, is not among them.
    [[nodiscard]] std::size_t timers() const noexcept;
    /// How often a worker whose name begins like this was woken while the executor was held.
    [[nodiscard]] std::size_t wakes(const std::string& name) const;

 private:
    class ManualWorker;
    struct Steps;

    const std::shared_ptr<ManualClock> clock_;
    const std::shared_ptr<Steps> steps_;
    std::chrono::microseconds now_{0};
    std::multimap<std::chrono::microseconds, std::function<void()>> tasks_;
};

}  // namespace whispr::test
