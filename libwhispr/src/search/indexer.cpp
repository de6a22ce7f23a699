#include "search/indexer.hpp"

#include <algorithm>
#include <utility>

#include "engine/core.hpp"
#include "engine/inside_engine.hpp"
#include "search/index_run.hpp"

namespace whispr {

using namespace std::chrono_literals;

namespace {

/// What changes within this time is indexed together: each run is a commit that others wait for.
constexpr auto change_pause = 500ms;
/// Between two runs while there is more to do, so that what is sent meanwhile gets its turn.
constexpr auto backlog_pause = 25ms;
/// After a failure.
constexpr auto failure_pause = 1000ms;
/// Lanes with more commands than this in their queues have no time for the index; it waits so
/// often, this long, and no more, or it would never follow.
constexpr std::uint64_t lanes_have_time = 8;
constexpr auto busy_pause = 250ms;
constexpr int most_postponed = 4;

/// A search waits this long for the index: longer than a large page of it takes, shorter than
/// people do.
constexpr auto longest_wait = 5s;
/// Searches that wait at once, for the same reason as the readers' queue is bounded.
constexpr std::size_t most_waiters = 1'000;
/// Conversations that are remembered by name and that one run takes. When more have changed, they
/// are looked for in storage.
constexpr std::size_t most_changed = 10'000;
constexpr std::size_t conversations_per_run = 64;

bool has(const SearchCursor& reached, const SearchCursor& wanted) {
    return reached.conversation == wanted.conversation && reached.eseq >= wanted.eseq &&
           reached.mseq >= wanted.mseq;
}

Error closed() {
    return {Errc::closed, "the engine is closed", {}};
}
Error too_far_behind() {
    return {Errc::overloaded, "the index of words is behind, try again later", {}};
}

}  // namespace

void Indexer::Queue::pop(std::size_t size, std::vector<ConversationId>& into) {
    while (into.size() < size && !order_.empty()) {
        const ConversationId conversation = order_.front();
        order_.pop_front();
        known_.erase(conversation);
        if (std::find(into.begin(), into.end(), conversation) == into.end()) {
            into.push_back(conversation);
        }
    }
}

void Indexer::follow() {
    if (follows_.exchange(true)) return;
    core_.fanout().add(shared_from_this());
    {
        const MutexLock lock(mutex_);
        scanned_ = 0;
    }
    begin_after(change_pause);
}

void Indexer::deliver(const std::shared_ptr<const Events>& events) noexcept {
    bool changed = false;
    {
        const MutexLock lock(mutex_);
        for (const Event& event : *events) {
            if (event.eseq == 0) continue;
            changed = true;
            if (changed_.size() < most_changed) {
                changed_.push(event.conversation);
            } else {
                scanned_ = 0;
            }
        }
        changed = changed && !timer_ && !running_;
    }
    if (changed) begin_after(change_pause);
}

void Indexer::catch_up(const std::vector<UnindexedConversation>& wanted, Completion<Done> done) {
    std::optional<Error> refusal;
    {
        const MutexLock lock(mutex_);
        if (closed_) refusal = closed();
        if (waiters_.size() >= most_waiters) refusal = too_far_behind();
        if (!refusal) {
            Waiter& waiter = waiters_.emplace_back();
            for (const UnindexedConversation& one : wanted) {
                waiter.wanted.push_back(one.newest);
                urgent_.push(one.newest.conversation);
            }
            waiter.until = core_.now() + longest_wait;
            waiter.done = std::move(done);
        }
    }
    if (refusal) return done(*refusal);
    begin_run();
}

void Indexer::close() {
    timers_.close();
    std::vector<Waiter> waiters;
    {
        const MutexLock lock(mutex_);
        closed_ = true;
        waiters = std::exchange(waiters_, {});
    }
    for (Waiter& waiter : waiters)
        waiter.done(closed());
}

void Indexer::begin_run() {
    std::vector<ConversationId> conversations;
    std::optional<std::int64_t> scan;
    {
        const MutexLock lock(mutex_);
        if (running_ || closed_) return;
        urgent_.pop(conversations_per_run, conversations);
        changed_.pop(conversations_per_run, conversations);
        if (conversations.empty()) scan = std::exchange(scanned_, std::nullopt);
        if (conversations.empty() && !scan) return;
        running_ = true;
    }
    std::make_shared<Run>(core_, std::move(conversations), scan,
                          [self = shared_from_this()](const Run& run) { self->end_run(run); })
        ->start();
}

void Indexer::end_run(const Run& run) {
    Answers answers;
    bool more_is_urgent = false;
    bool more = false;
    bool backlog = false;
    {
        const MutexLock lock(mutex_);
        running_ = false;
        answers = take_answered(run);
        take_back(run);
        more_is_urgent = urgent_.size() > 0 && !run.error();
        more = changed_.size() > 0 || urgent_.size() > 0 || scanned_;
        backlog = !run.left().empty() || scanned_;
    }
    if (more_is_urgent) {
        begin_run();
    } else if (more) {
        begin_after(run.error() ? failure_pause : backlog ? backlog_pause : change_pause);
    }
    for (auto& [done, result] : answers)
        done(std::move(result));
}

void Indexer::take_back(const Run& run) {
    // A scan that failed, or has more, goes on unless another one has begun from the start.
    if (run.scan() && !scanned_) scanned_ = run.scan();
    const auto wanted = [this](ConversationId conversation) {
        return std::any_of(waiters_.begin(), waiters_.end(), [&](const Waiter& waiter) {
            return std::any_of(
                waiter.wanted.begin(), waiter.wanted.end(),
                [&](const SearchCursor& cursor) { return cursor.conversation == conversation; });
        });
    };
    for (const ConversationId& conversation : run.left()) {
        (wanted(conversation) ? urgent_ : changed_).push(conversation);
    }
}

Indexer::Answers Indexer::take_answered(const Run& run) {
    Answers answers;
    const Time now = core_.now();
    std::erase_if(waiters_, [&](Waiter& waiter) {
        std::erase_if(waiter.wanted, [&](const SearchCursor& wanted) {
            return std::any_of(run.reached().begin(), run.reached().end(),
                               [&](const SearchCursor& reached) { return has(reached, wanted); });
        });
        if (waiter.wanted.empty()) {
            answers.emplace_back(std::move(waiter.done), Done{});
        } else if (run.error()) {
            answers.emplace_back(std::move(waiter.done), *run.error());
        } else if (now >= waiter.until) {
            answers.emplace_back(std::move(waiter.done), too_far_behind());
        } else {
            return false;
        }
        return true;
    });
    return answers;
}

void Indexer::begin_after(std::chrono::milliseconds pause) {
    // Where nobody moves the time, the index follows when somebody searches.
    if (core_.executor().time_stands_still()) return;
    {
        const MutexLock lock(mutex_);
        if (timer_ || running_ || closed_) return;
        timer_ = true;
    }
    core_.executor().run_after(pause, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->on_timer();
    });
}

void Indexer::on_timer() {
    const TimerGate::Pass pass(timers_);
    if (!pass) return;
    const bool busy = core_.stats().lane_queued > lanes_have_time;
    bool wait = false;
    {
        const MutexLock lock(mutex_);
        timer_ = false;
        wait = busy && postponed_ < most_postponed;
        postponed_ = wait ? postponed_ + 1 : 0;
    }
    if (wait) return begin_after(busy_pause);
    // A reader may refuse it at once, and an answer may close the engine, which must not wait for
    // us.
    const InsideEngine inside;
    begin_run();
}

}  // namespace whispr
