#include "engine/batch_queue.hpp"

#include <utility>

namespace whispr {

void BatchQueue::push(std::unique_ptr<Command> command) {
    const ConversationId id = command->conversation();
    Waiting& waiting = waiting_[id];
    if (waiting.empty()) turns_.push_back(id);
    waiting.push_back(std::move(command));
    ++size_;
}

void BatchQueue::put_back(CommandBatch commands) {
    for (auto command = commands.rbegin(); command != commands.rend(); ++command) {
        const ConversationId id = (*command)->conversation();
        Waiting& waiting = waiting_[id];
        if (waiting.empty()) turns_.push_back(id);
        waiting.push_front(std::move(*command));
        ++size_;
    }
}

CommandBatch BatchQueue::take(const Bounds& bounds) {
    CommandBatch batch;
    std::size_t bytes = 0;
    // Conversations that are in this batch take their turns at the front of a ring of their own, so
    // that the bound on conversations does not end the batch while those have more to do.
    std::deque<ConversationId> ring;
    while (ring.size() < bounds.conversations && !turns_.empty()) {
        ring.push_back(turns_.front());
        turns_.pop_front();
    }
    while (!ring.empty() && batch.size() < bounds.commands) {
        const ConversationId id = ring.front();
        const auto at = waiting_.find(id);
        const std::size_t next = at->second.front()->bytes();
        if (!batch.empty() && bytes + next > bounds.bytes) break;
        ring.pop_front();
        bytes += next;
        batch.push_back(std::move(at->second.front()));
        at->second.pop_front();
        --size_;
        if (at->second.empty()) {
            waiting_.erase(at);
        } else {
            ring.push_back(id);
        }
    }
    // Those that have more to do wait behind the ones that were not in this batch.
    for (const ConversationId id : ring) {
        turns_.push_back(id);
    }
    return batch;
}

}  // namespace whispr
