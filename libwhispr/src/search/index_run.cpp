#include "search/index_run.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "engine/core.hpp"

namespace whispr {

namespace {

/// Messages and bytes of words of one run: what a lane writes in some ten milliseconds, because
/// what is sent meanwhile waits for it. Words cost several times what their message did.
constexpr std::size_t messages_per_run = 128;
constexpr std::size_t words_bytes_per_run = 65'536;

/// Conversations that a scan takes at once.
constexpr std::size_t conversations_per_scan = 64;

}  // namespace

void Indexer::Run::start() {
    core_.read_then(Completion<Done>([self = shared_from_this()](const Result<Done>& done) {
                        if (!done) self->fail(done.error());
                    }),
                    [self = shared_from_this()](ReadStorage& storage, Completion<Done> answer) {
                        answer(Done{});
                        self->read(storage);
                    });
}

void Indexer::Run::fail(const Error& error) {
    error_ = error;
    left_ = conversations_;
    ended_(*this);
}

void Indexer::Run::read(ReadStorage& storage) {
    if (scan_) {
        if (const auto found = find_behind(storage); !found) return fail(found.error());
    }
    submit(collect(storage));
}

Result<void> Indexer::Run::find_behind(ReadStorage& storage) {
    const auto found = storage.concepts().search.unindexed(*scan_, conversations_per_scan);
    if (!found) return found.error();
    for (const UnindexedConversation& behind : *found) {
        conversations_.push_back(behind.newest.conversation);
    }
    scan_ = found->size() < conversations_per_scan ? std::nullopt : std::optional(found->back().no);
    return {};
}

// A conversation that cannot be read does not keep the others from it.
std::vector<IndexWork> Indexer::Run::collect(ReadStorage& storage) {
    std::vector<IndexWork> all;
    std::size_t messages = 0;
    std::size_t bytes = 0;
    for (const ConversationId& conversation : conversations_) {
        if (messages >= messages_per_run || bytes >= words_bytes_per_run) {
            left_.push_back(conversation);
            continue;
        }
        const std::size_t limit = messages_per_run - messages;
        const auto found = storage.concepts().search.unindexed_messages(conversation, limit);
        if (!found) {
            error_ = found.error();
            left_.push_back(conversation);
            continue;
        }
        IndexWork work = next_index_work(*found, limit, words_bytes_per_run - bytes);
        work.reached.conversation = conversation;
        if (work.reached.eseq == found->indexed.eseq && work.reached.mseq == found->indexed.mseq) {
            reached_.push_back(work.reached);
            continue;
        }
        messages += work.words.size();
        for (const MessageWords& words : work.words)
            bytes += words.words.size();
        all.push_back(std::move(work));
    }
    return all;
}

void Indexer::Run::submit(std::vector<IndexWork> all) {
    writing_ = all.size();
    if (all.empty()) return ended_(*this);
    for (IndexWork& work : all) {
        const SearchCursor reached = work.reached;
        auto told = [self = shared_from_this(), reached, complete = work.complete](
                        const Result<void>& result) { self->written(reached, complete, result); };
        core_.submit_taken(make_index_command(std::move(work), std::move(told)));
    }
}

void Indexer::Run::written(const SearchCursor& reached, bool complete, const Result<void>& result) {
    {
        const MutexLock lock(mutex_);
        if (result) {
            reached_.push_back(reached);
        } else {
            error_ = result.error();
        }
        if (!result || !complete) left_.push_back(reached.conversation);
        if (--writing_ > 0) return;
    }
    ended_(*this);
}

}  // namespace whispr
