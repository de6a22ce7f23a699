// What a single process needs around the engine: the system's clock, identifiers, and executors.
#pragma once

#include <memory>

#include "whispr/engine.hpp"
#include "whispr/ports/clock.hpp"
#include "whispr/ports/executor.hpp"
#include "whispr/ports/id_generator.hpp"

namespace whispr {

[[nodiscard]] std::shared_ptr<Clock> make_system_clock();

/// UUID version 7 in the order they were drawn, whatever the clock does, with 62 random bits from
/// the operating system.
[[nodiscard]] std::shared_ptr<IdGenerator> make_uuid7_generator();

/// A thread for each worker and one for timers.
[[nodiscard]] std::shared_ptr<Executor> make_thread_executor();

/// Runs everything inside the calls that cause it: an answer is there when the call returns. Calls
/// from several threads are safe; a call that finds another thread (or itself, from a callback) at
/// work leaves its work to that one.
class InlineExecutor : public Executor {
 public:
    /// Timers run when time is moved on here, in the order of their moments, on the calling thread.
    virtual void advance(std::chrono::microseconds by) = 0;
};
[[nodiscard]] std::shared_ptr<InlineExecutor> make_inline_executor();

/// Options for an engine on `storage` with threads, the system's clock and version 7 UUIDs.
[[nodiscard]] EngineOptions local_engine_options(std::shared_ptr<Storage> storage);

}  // namespace whispr
