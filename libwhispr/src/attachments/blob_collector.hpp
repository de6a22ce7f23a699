// Forgets uploads that no message took, drops those that were never finished, and removes blobs
// that nobody refers to any more. It looks
// into storage once in a while, has lanes decide, and does the blob store's work on a thread of its
// own. Nothing is lost when it is stopped at any moment: what is to be looked at is stored, and
// every node may look; a lane decides who removes.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <vector>

#include "engine/mutex.hpp"
#include "engine/timer_gate.hpp"
#include "whispr/ports/executor.hpp"
#include "whispr/ports/upload_storage.hpp"
#include "whispr/result.hpp"

namespace whispr {

class BlobStore;
class Core;

class BlobCollector : public std::enable_shared_from_this<BlobCollector> {
 public:
    BlobCollector(Core& core, std::shared_ptr<BlobStore> blobs)
        : core_(core), blobs_(std::move(blobs)) {}

    /// Once, when lanes and readers are there.
    void start();
    /// Nothing is begun after this. Waits for what is at work.
    void close();

 private:
    struct Work;
    class Round;

    void arm(std::chrono::microseconds delay);
    void look();
    void begin_round(const Result<Work>& found);
    void end_round(bool progress);
    void remove_later(const BlobRow& blob);
    void sweep_later();
    // On the worker.
    void work();
    void remove_blobs();
    void drop_abandoned();

    Core& core_;
    const std::shared_ptr<BlobStore> blobs_;
    TimerGate timers_;
    Mutex mutex_;
    std::deque<BlobRow> to_remove_ WHISPR_GUARDED_BY(mutex_);
    bool closed_ WHISPR_GUARDED_BY(mutex_) = false;
    bool sweep_ WHISPR_GUARDED_BY(mutex_) = false;  ///< abandoned uploads are to be looked for
    Time next_sweep_{};                             ///< used by one look at a time
    std::unique_ptr<Executor::Worker> worker_;
};

}  // namespace whispr
