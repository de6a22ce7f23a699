// A lane: a bounded queue and one storage connection. It takes what has queued up and runs it as
// one batch in one transaction; while a commit runs, the next batch collects, so there is no timer.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "engine/batch_queue.hpp"
#include "engine/member_cache.hpp"
#include "engine/mutex.hpp"
#include "whispr/limits.hpp"
#include "whispr/ports/executor.hpp"
#include "whispr/ports/log_sink.hpp"
#include "whispr/ports/storage.hpp"

namespace whispr {

class Fanout;

struct LaneCounters {
    std::atomic<std::uint64_t> commands{0};
    std::atomic<std::uint64_t> refused{0};
    std::atomic<std::uint64_t> batches{0};
    std::atomic<std::uint64_t> reruns{0};
    std::atomic<std::uint64_t> commit_microseconds{0};
    std::atomic<std::uint64_t> overloaded{0};
};

class Lane {
 public:
    /// `store` is the one that `storage` is a lane of.
    Lane(const Storage& store, std::unique_ptr<LaneStorage> storage, const Limits& limits,
         Fanout& fanout, LaneCounters& counters, LogSink* log);

    /// Starts the worker. Once, before anything else.
    void start(Executor& executor, const std::string& name);
    /// Queues a command, or fails it at once with overloaded or closed. Any thread.
    void submit(std::unique_ptr<Command> command);
    /// Refuses what comes from now on. Any thread.
    void stop_taking();
    /// Waits until all that was taken is answered. Not from an engine thread.
    void drain();
    [[nodiscard]] std::size_t queued() const;

 private:
    void step();
    void run(CommandBatch& batch);
    /// Success, or why the database did not take the batch.
    Result<void> attempt(CommandBatch& batch);
    Result<void> prepare(CommandBatch& batch, WorkingSet& set);
    /// Puts the commands back that need what another lane holds; true when any is left.
    bool postpone(CommandBatch& batch, const Locked& locked);
    Result<void> store(WorkingSet& set);
    void answer(CommandBatch& batch);
    void fail(CommandBatch& batch, const Error& error);
    void rerun(CommandBatch& batch, const Error& error);

    const Storage& store_;
    const std::unique_ptr<LaneStorage> storage_;
    const Limits& limits_;
    Fanout& fanout_;
    LaneCounters& counters_;
    LogSink* const log_;
    MemberCache member_cache_;
    Uuid cached_epoch_;         ///< of the history that the cache is about
    std::string last_failure_;  ///< since the last batch that did not fail

    mutable Mutex mutex_;
    ConditionVariable idle_;
    BatchQueue queue_ WHISPR_GUARDED_BY(mutex_);
    bool taking_ WHISPR_GUARDED_BY(mutex_) = true;
    bool busy_ WHISPR_GUARDED_BY(mutex_) = false;
    /// Last, so that it ends first: a late wake may still run a step that finds nothing to do.
    std::unique_ptr<Executor::Worker> worker_;
};

}  // namespace whispr
