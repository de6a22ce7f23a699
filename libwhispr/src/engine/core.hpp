// The parts of an open engine, as its concepts use them.
#pragma once

#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "engine/cluster.hpp"
#include "engine/due.hpp"
#include "engine/fanout.hpp"
#include "engine/lane.hpp"
#include "engine/readers.hpp"
#include "engine/sessions.hpp"
#include "receipts/receipt_windows.hpp"
#include "search/indexer.hpp"
#include "whispr/completion.hpp"
#include "whispr/engine.hpp"

namespace whispr {

class Core {
 public:
    /// Takes complete options; `open` must follow.
    explicit Core(EngineOptions options);
    ~Core();
    Result<void> open();
    void close();

    [[nodiscard]] const Limits& limits() const noexcept { return options_.limits; }
    [[nodiscard]] Time now() const noexcept { return options_.clock->now(); }
    [[nodiscard]] Uuid new_id() noexcept { return options_.ids->next(now()); }
    /// close() was called: what comes from now on is answered `closed`.
    [[nodiscard]] bool closing() const noexcept { return closing_; }
    [[nodiscard]] Executor& executor() noexcept { return *options_.executor; }
    [[nodiscard]] Uuid epoch() const noexcept { return options_.storage->epoch(); }
    /// Null: signatures are not checked.
    [[nodiscard]] const SignatureVerifier* signatures() const noexcept {
        return options_.signatures.get();
    }
    /// Null: nothing is known of users and their relations.
    [[nodiscard]] Contacts* contacts() const noexcept { return options_.contacts.get(); }
    [[nodiscard]] Storage& storage() noexcept { return *options_.storage; }
    [[nodiscard]] Fanout& fanout() noexcept { return fanout_; }
    [[nodiscard]] Sessions& sessions() noexcept { return *sessions_; }
    [[nodiscard]] ReceiptWindows& receipt_windows() noexcept { return *receipt_windows_; }
    [[nodiscard]] Due& due() noexcept { return *due_; }
    [[nodiscard]] Indexer& indexer() noexcept { return *indexer_; }
    [[nodiscard]] EngineStats stats() const noexcept;

    /// To the lane of its conversation; `closed` once close() was called.
    void submit(std::unique_ptr<Command> command);
    /// The same for the second half of a command that was taken before.
    void submit_taken(std::unique_ptr<Command> command);

    /// Runs `job(ReadStorage&) -> Result<T>` on a reader and answers with what it returns.
    template <class T, class Job>
    void read(Completion<T> done, Job job);
    /// Runs `job(ReadStorage&, Completion<T>)` on a reader; the job answers, or hands the
    /// completion on.
    template <class T, class Job>
    void read_then(Completion<T> done, Job job);

    Conversations conversations;
    Messages messages;
    Receipts receipts;
    Reactions reactions;
    Presence presence;
    Pins pins;
    Attachments attachments;
    Drafts drafts;
    Schedules schedules;
    Moderation moderation;
    Search search;
    SenderKeys sender_keys;
    Sync sync;

 private:
    EngineOptions options_;
    std::atomic<bool> closing_{false};
    LaneCounters lane_counters_;
    Fanout fanout_;
    std::shared_ptr<Sessions> sessions_;
    std::shared_ptr<ReceiptWindows> receipt_windows_;
    std::shared_ptr<Due> due_;
    std::shared_ptr<Indexer> indexer_;
    std::shared_ptr<Cluster> cluster_;  ///< null: there are no other nodes
    std::vector<std::unique_ptr<Lane>> lanes_;
    Readers readers_;
};

template <class T, class Job>
void Core::read_then(Completion<T> done, Job job) {
    class Task final : public ReadTask {
     public:
        Task(Completion<T> d, Job j) : done_(std::move(d)), job_(std::move(j)) {}
        void run(ReadStorage& storage) override { job_(storage, std::move(done_)); }
        void fail(const Error& error) override { done_(error); }

     private:
        Completion<T> done_;
        Job job_;
    };
    readers_.submit(std::make_unique<Task>(std::move(done), std::move(job)));
}

template <class T, class Job>
void Core::read(Completion<T> done, Job job) {
    read_then(std::move(done),
              [job = std::move(job)](ReadStorage& storage, Completion<T> answer) mutable {
                  answer(job(storage));
              });
}

}  // namespace whispr
