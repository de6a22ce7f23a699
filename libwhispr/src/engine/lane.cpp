#include "engine/lane.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <tuple>

#include "engine/fanout.hpp"
#include "engine/inside_engine.hpp"
#include "engine/working_set.hpp"

namespace whispr {

namespace {

/// So often a command is put back for others before its lane waits for what it needs.
constexpr int most_postponed = 3;
/// So often a batch is run again because another transaction was in its way.
constexpr int most_attempts = 4;

template <class T, class Less = std::less<>>
void make_distinct(std::vector<T>& keys, Less less = {}) {
    std::sort(keys.begin(), keys.end(), less);
    const auto same = [&](const T& a, const T& b) { return !less(a, b) && !less(b, a); };
    keys.erase(std::unique(keys.begin(), keys.end(), same), keys.end());
}

void make_distinct(LockKeys& keys) {
    make_distinct(keys.conversations);
    make_distinct(keys.pairs);
    make_distinct(keys.group_ops);
    make_distinct(keys.external_group_ids);
}

// One key for each member, with the furthest of what was asked.
void make_distinct(std::vector<BeyondKey>& keys) {
    std::sort(keys.begin(), keys.end(), [](const BeyondKey& a, const BeyondKey& b) {
        return std::tie(a.no, a.user, b.upto) < std::tie(b.no, b.user, a.upto);
    });
    const auto same = [](const BeyondKey& a, const BeyondKey& b) {
        return a.no == b.no && a.user == b.user;
    };
    keys.erase(std::unique(keys.begin(), keys.end(), same), keys.end());
}

// Sends are left as they are: a key twice gives the same row twice, which is harmless.
void make_distinct(LoadKeys& keys) {
    make_distinct(keys.own);
    make_distinct(keys.users);
    make_distinct(keys.messages);
    make_distinct(keys.reactions_of);
    make_distinct(keys.newly_read);
    make_distinct(keys.newly_delivered);
    make_distinct(keys.list_pins_of);
    make_distinct(keys.pins.of);
    make_distinct(keys.attachments.of);
    make_distinct(keys.drafts.of);
    make_distinct(keys.schedules.ids);
    make_distinct(keys.schedules.pending_of);
    make_distinct(keys.moderation.reports);
    make_distinct(keys.moderation.operations);
    make_distinct(keys.moderation.filed_by);
    make_distinct(keys.moderation.about);
    make_distinct(keys.moderation.sanctions_of);
    make_distinct(keys.moderation.sanctions);
    make_distinct(keys.sender_keys.of);
}

/// Whether the command needs a conversation that another lane holds.
bool needs_busy(const Command& command, const Locked& locked) {
    LockKeys keys;
    command.lock(keys);
    const auto is_busy = [&](ConversationId id) {
        return std::find(locked.busy.begin(), locked.busy.end(), id) != locked.busy.end();
    };
    // Which conversation an operation or an external group stands for is not told.
    if (!keys.group_ops.empty() || !keys.external_group_ids.empty()) return true;
    if (std::any_of(keys.conversations.begin(), keys.conversations.end(), is_busy)) return true;
    return std::any_of(locked.pairs.begin(), locked.pairs.end(), [&](const auto& pair) {
        return is_busy(pair.second) &&
               std::find(keys.pairs.begin(), keys.pairs.end(), pair.first) != keys.pairs.end();
    });
}

}  // namespace

Lane::Lane(const Storage& store, std::unique_ptr<LaneStorage> storage, const Limits& limits,
           Fanout& fanout, LaneCounters& counters, LogSink* log)
    : store_(store),
      storage_(std::move(storage)),
      limits_(limits),
      fanout_(fanout),
      counters_(counters),
      log_(log),
      member_cache_(limits.member_cache_conversations),
      cached_epoch_(store.epoch()) {}

void Lane::start(Executor& executor, const std::string& name) {
    worker_ = executor.start_worker(name, [this] { step(); });
}

void Lane::submit(std::unique_ptr<Command> command) {
    // What is refused stays ours.
    Command& asked = *command;
    std::optional<Error> refusal;
    {
        const MutexLock lock(mutex_);
        if (!taking_) {
            refusal = Error{Errc::closed, "the engine is closed", {}};
        } else if (queue_.size() >= limits_.lane_queue) {
            refusal = Error{Errc::overloaded, "the queue of commands is full, try again later", {}};
        } else {
            queue_.push(std::move(command));
        }
    }
    if (!refusal) {
        worker_->wake();
        return;
    }
    if (refusal->code == Errc::overloaded) ++counters_.overloaded;
    asked.fail(*refusal);
}

void Lane::stop_taking() {
    const MutexLock lock(mutex_);
    taking_ = false;
}

void Lane::drain() {
    worker_->wake();
    mutex_.lock();
    while (busy_ || queue_.size() > 0) {
        idle_.wait(mutex_);
    }
    mutex_.unlock();
}

std::size_t Lane::queued() const {
    const MutexLock lock(mutex_);
    return queue_.size();
}

void Lane::step() {
    for (;;) {
        CommandBatch batch;
        {
            const MutexLock lock(mutex_);
            batch = queue_.take(
                {limits_.batch_commands, limits_.batch_bytes, limits_.batch_conversations});
            busy_ = !batch.empty();
            if (!busy_) {
                // Under the lock, because drain() may be followed by our end.
                idle_.notify_all();
                return;
            }
        }
        run(batch);
    }
}

void Lane::run(CommandBatch& batch) {
    const InsideEngine inside;
    Result<void> done = attempt(batch);
    // A key that somebody else took meanwhile can be seen now, and is found.
    const auto may_pass = [&batch](const Error& error) {
        return error.code == Errc::stale ||
               (error.code == Errc::already_exists && batch.size() == 1);
    };
    for (int attempts = 1; attempts < most_attempts && !done && may_pass(done.error());
         ++attempts) {
        storage_->rollback();
        done = attempt(batch);
    }
    if (!done && done.error().code == Errc::stale) done.error().code = Errc::unavailable;
    if (done) {
        last_failure_.clear();
        answer(batch);
        return;
    }
    storage_->rollback();
    const Errc code = done.error().code;
    const bool culprit_is_one = code == Errc::already_exists || code == Errc::internal;
    if (culprit_is_one && batch.size() > 1) {
        rerun(batch, done.error());
    } else {
        // While a database is down every batch fails alike: once is enough.
        if (log_ != nullptr && done.error().text != last_failure_)
            log_->log(LogLevel::error, "batch failed: " + done.error().text);
        last_failure_ = done.error().text;
        fail(batch, done.error());
    }
}

// One command that the database does not take must not fail the others: each gets a transaction of
// its own.
void Lane::rerun(CommandBatch& batch, const Error& error) {
    ++counters_.reruns;
    if (log_ != nullptr) {
        log_->log(LogLevel::warning, "batch of " + std::to_string(batch.size()) +
                                         " is run command by command: " + error.text);
    }
    for (std::unique_ptr<Command>& command : batch) {
        CommandBatch alone;
        alone.push_back(std::move(command));
        run(alone);
    }
}

Result<void> Lane::attempt(CommandBatch& batch) {
    WorkingSet set;
    if (const auto prepared = prepare(batch, set); !prepared) return prepared.error();
    if (batch.empty()) return {};
    for (const std::unique_ptr<Command>& command : batch) {
        command->apply(set);
    }
    if (const auto stored = store(set); !stored) return stored.error();
    set.remember_members(member_cache_);
    ++counters_.batches;
    if (!set.events.empty()) fanout_.deliver(std::move(set.events));
    return {};
}

bool Lane::postpone(CommandBatch& batch, const Locked& locked) {
    CommandBatch left;
    CommandBatch put_back;
    for (std::unique_ptr<Command>& command : batch) {
        const bool busy = needs_busy(*command, locked);
        if (busy) command->postpone();
        (busy ? put_back : left).push_back(std::move(command));
    }
    batch = std::move(left);
    const MutexLock lock(mutex_);
    queue_.put_back(std::move(put_back));
    return !batch.empty();
}

Result<void> Lane::prepare(CommandBatch& batch, WorkingSet& set) {
    LockKeys locks;
    for (const std::unique_ptr<Command>& command : batch) {
        command->lock(locks);
        if (command->postponed() >= most_postponed) locks.wait = true;
    }
    make_distinct(locks);
    auto locked = storage_->begin(locks);
    if (!locked) return locked.error();
    // In another history the same number may stand for other members.
    if (const Uuid epoch = store_.epoch(); epoch != cached_epoch_) {
        member_cache_.clear();
        cached_epoch_ = epoch;
        fanout_.tell_epoch(epoch);
    }
    if (!locked->busy.empty() && !postpone(batch, *locked)) {
        storage_->rollback();
        return {};
    }
    set.take(*std::move(locked));

    LoadKeys keys;
    for (const std::unique_ptr<Command>& command : batch) {
        command->load(set, keys);
    }
    set.take_members_from(member_cache_, keys);
    make_distinct(keys);
    auto loaded = storage_->load(keys);
    if (!loaded) return loaded.error();
    set.take(*std::move(loaded));
    return {};
}

Result<void> Lane::store(WorkingSet& set) {
    const std::optional<ChangeSet> changes = set.changes();
    if (!changes) {
        storage_->rollback();
        return {};
    }
    const auto began = std::chrono::steady_clock::now();
    if (auto written = storage_->write(*changes); !written) return written;
    auto committed = storage_->commit();
    counters_.commit_microseconds +=
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(
                                       std::chrono::steady_clock::now() - began)
                                       .count());
    return committed;
}

void Lane::answer(CommandBatch& batch) {
    std::uint64_t refused = 0;
    for (const std::unique_ptr<Command>& command : batch) {
        if (!command->answer()) ++refused;
    }
    counters_.commands += batch.size();
    counters_.refused += refused;
}

void Lane::fail(CommandBatch& batch, const Error& error) {
    for (const std::unique_ptr<Command>& command : batch) {
        command->fail(error);
    }
    counters_.commands += batch.size();
    counters_.refused += batch.size();
}

}  // namespace whispr
