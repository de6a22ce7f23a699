#include "attachments/blob_collector.hpp"

#include <atomic>
#include <utility>

#include "attachments/blob_commands.hpp"
#include "engine/core.hpp"
#include "engine/inside_engine.hpp"

namespace whispr {

namespace {

/// Of each kind in one look: leaves the lanes to the users, and more follow at once.
constexpr std::size_t most_at_once = 100;
/// Between looks that found nothing. What is late by this much hurts nobody.
constexpr std::chrono::seconds interval{60};
/// Between looks for uploads that were never finished, which read a folder.
constexpr std::chrono::hours sweep_interval{1};

}  // namespace

/// What one look found.
struct BlobCollector::Work {
    std::vector<AttachmentId> uploads;
    std::vector<BlobCheck> checks;
};

/// The commands of one look. When the last of them is answered, or dropped, the round is over.
class BlobCollector::Round : public std::enable_shared_from_this<BlobCollector::Round> {
 public:
    explicit Round(std::weak_ptr<BlobCollector> collector) : collector_(std::move(collector)) {}
    ~Round() {
        if (const auto collector = collector_.lock()) collector->end_round(progress_);
    }
    Round(const Round&) = delete;
    Round& operator=(const Round&) = delete;

    void expire(Core& core, AttachmentId upload) {
        core.submit_taken(
            make_expire_upload(upload, [self = shared_from_this()](const Result<bool>& done) {
                if (done && *done) self->progress_ = true;
            }));
    }
    void check(Core& core, const BlobCheck& check) {
        core.submit_taken(
            make_check_blob(check, [self = shared_from_this()](const Result<ToRemove>& done) {
                if (!done) return;
                self->progress_ = true;
                const auto collector = self->collector_.lock();
                if (collector && *done) collector->remove_later(**done);
            }));
    }

 private:
    const std::weak_ptr<BlobCollector> collector_;
    std::atomic<bool> progress_{false};
};

void BlobCollector::start() {
    worker_ = core_.executor().start_worker("blobs", [this] { work(); });
    arm(std::chrono::microseconds(1));
}

void BlobCollector::arm(std::chrono::microseconds delay) {
    core_.executor().run_after(delay, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        const TimerGate::Pass pass(self->timers_);
        if (!pass) return;
        // A reader may refuse at once, and that must not make closing wait for us.
        const InsideEngine inside;
        self->look();
    });
}

void BlobCollector::look() {
    auto answer = [weak = weak_from_this()](const Result<Work>& found) {
        if (const auto self = weak.lock()) self->begin_round(found);
    };
    core_.read(Completion<Work>(std::move(answer)),
               [&core = core_](ReadStorage& storage) -> Result<Work> {
                   UploadReader& reader = storage.concepts().uploads;
                   const Time now = core.now();
                   Work work;
                   auto uploads = reader.expired_uploads(now, most_at_once);
                   if (!uploads) return uploads.error();
                   work.uploads = *std::move(uploads);
                   auto checks = reader.blob_checks(now - core.limits().blob_grace, most_at_once);
                   if (!checks) return checks.error();
                   work.checks = *std::move(checks);
                   return work;
               });
}

void BlobCollector::begin_round(const Result<Work>& found) {
    // Without commands it is over at once.
    const auto round = std::make_shared<Round>(weak_from_this());
    if (const Time now = core_.now(); now >= next_sweep_) {
        next_sweep_ = now + sweep_interval;
        sweep_later();
    }
    if (!found) return;
    for (const AttachmentId upload : found->uploads)
        round->expire(core_, upload);
    for (const BlobCheck& check : found->checks)
        round->check(core_, check);
}

void BlobCollector::end_round(bool progress) {
    if (core_.closing()) return;
    if (progress) {
        arm(std::chrono::milliseconds(1));
    } else {
        arm(interval);
    }
}

void BlobCollector::remove_later(const BlobRow& blob) {
    const TimerGate::Pass pass(timers_);
    if (!pass) return;
    {
        const MutexLock lock(mutex_);
        to_remove_.push_back(blob);
    }
    worker_->wake();
}

void BlobCollector::sweep_later() {
    const TimerGate::Pass pass(timers_);
    if (!pass) return;
    {
        const MutexLock lock(mutex_);
        sweep_ = true;
    }
    worker_->wake();
}

void BlobCollector::work() {
    remove_blobs();
    bool sweep = false;
    {
        const MutexLock lock(mutex_);
        sweep = std::exchange(sweep_, false) && !closed_;
    }
    if (sweep) drop_abandoned();
}

void BlobCollector::drop_abandoned() {
    const Time oldest = core_.now() - core_.limits().upload_lifetime;
    std::optional<UploadId> after;
    while (!core_.closing()) {
        const auto uploads = blobs_->uploads(after);
        // What fails is looked at again in an hour.
        if (!uploads || uploads->empty()) return;
        for (const StagedUpload& upload : *uploads) {
            if (upload.changed_at < oldest && !blobs_->drop(upload.id)) return;
        }
        after = uploads->back().id;
    }
}

void BlobCollector::remove_blobs() {
    while (true) {
        BlobRow blob;
        {
            const MutexLock lock(mutex_);
            if (closed_ || to_remove_.empty()) return;
            blob = to_remove_.front();
            to_remove_.pop_front();
        }
        // What waited here for too long may have been given to somebody else.
        if (core_.now() - *blob.removing_since > removal_patience / 2) continue;
        // What fails is looked at again when the grace is over once more.
        if (!blobs_->remove(blob.key)) continue;
        core_.submit(make_forget_blob(blob, [](const Result<bool>&) {}));
    }
}

void BlobCollector::close() {
    timers_.close();
    {
        const MutexLock lock(mutex_);
        closed_ = true;
        to_remove_.clear();
    }
    worker_.reset();
}

}  // namespace whispr
