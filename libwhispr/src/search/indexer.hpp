// Keeps the index of words behind the changes. It is told which conversations have changed, reads
// what their index lacks on a reader, and has a lane write the words, in small runs and with
// pauses, so that sending does not wait for it. Nothing is lost when it is stopped: how far each
// conversation is indexed is stored with the words, and what is behind is looked for at the first
// search.
//
// A run takes some conversations; there is one run at a time. Who searches names the conversations
// that must be indexed first.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_set>
#include <vector>

#include "engine/mutex.hpp"
#include "engine/timer_gate.hpp"
#include "whispr/completion.hpp"
#include "whispr/messages.hpp"
#include "whispr/ports/search_storage.hpp"
#include "whispr/ports/session_sink.hpp"

namespace whispr {

class Core;
class ReadStorage;

class Indexer final : public SessionSink, public std::enable_shared_from_this<Indexer> {
 public:
    explicit Indexer(Core& core) : core_(core) {}

    /// From now on the index follows the changes; what is behind is looked for first. Repeats are
    /// harmless. Before, and where nobody searches, there is no work. Any thread.
    void follow();
    /// Remembers the conversations that have changed.
    void deliver(const std::shared_ptr<const Events>& events) noexcept override;
    /// Answers when these conversations are indexed as far as this, or with overloaded when that
    /// takes too long. Any thread.
    void catch_up(const std::vector<UnindexedConversation>& wanted, Completion<Done> done);
    /// Begins nothing more and answers those who wait with `closed`.
    void close();

 private:
    /// Conversations in the order in which they came, each once.
    class Queue {
     public:
        void push(ConversationId conversation) {
            if (known_.insert(conversation).second) order_.push_back(conversation);
        }
        /// Moves as many to `into` as it then lacks of `size`.
        void pop(std::size_t size, std::vector<ConversationId>& into);
        [[nodiscard]] std::size_t size() const noexcept { return order_.size(); }

     private:
        std::deque<ConversationId> order_;
        std::unordered_set<ConversationId> known_;
    };
    /// A search that waits.
    struct Waiter {
        std::vector<SearchCursor> wanted;
        Time until;
        Completion<Done> done;
    };
    using Answers = std::vector<std::pair<Completion<Done>, Result<Done>>>;
    class Run;

    /// Begins a run when there is something to do and none is under way.
    void begin_run();
    void end_run(const Run& run);
    /// Has a run begin after this time, unless one will anyway.
    void begin_after(std::chrono::milliseconds pause);
    void on_timer();
    /// What a run has left goes back, in front of what has changed where a search waits for it.
    void take_back(const Run& run) WHISPR_REQUIRES(mutex_);
    /// Takes those out who have what they want, or cannot have it.
    [[nodiscard]] Answers take_answered(const Run& run) WHISPR_REQUIRES(mutex_);

    Core& core_;
    std::atomic<bool> follows_{false};
    TimerGate timers_;
    Mutex mutex_;
    Queue urgent_ WHISPR_GUARDED_BY(mutex_);
    Queue changed_ WHISPR_GUARDED_BY(mutex_);
    /// Conversations beyond this number are looked for; nothing: all have been.
    std::optional<std::int64_t> scanned_ WHISPR_GUARDED_BY(mutex_);
    std::vector<Waiter> waiters_ WHISPR_GUARDED_BY(mutex_);
    bool running_ WHISPR_GUARDED_BY(mutex_) = false;
    bool timer_ WHISPR_GUARDED_BY(mutex_) = false;
    bool closed_ WHISPR_GUARDED_BY(mutex_) = false;
    int postponed_ WHISPR_GUARDED_BY(mutex_) = 0;  ///< how often the next run has waited for lanes
};

}  // namespace whispr
