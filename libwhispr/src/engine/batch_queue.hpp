// Commands waiting for a lane, kept apart by conversation so that a busy one cannot starve the
// others: a batch takes one command of each conversation in turn. Not thread-safe; the lane guards
// it.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "engine/command.hpp"

namespace whispr {

using CommandBatch = std::vector<std::unique_ptr<Command>>;

class BatchQueue {
 public:
    struct Bounds {
        std::size_t commands;
        std::size_t bytes;
        std::size_t conversations;
    };

    void push(std::unique_ptr<Command> command);
    /// Puts back what was taken, in its order, before what has come since.
    void put_back(CommandBatch commands);
    /// The next batch, within the bounds but for a single command that alone is beyond them.
    [[nodiscard]] CommandBatch take(const Bounds& bounds);
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
    using Waiting = std::deque<std::unique_ptr<Command>>;
    std::unordered_map<ConversationId, Waiting> waiting_;
    std::deque<ConversationId> turns_;  ///< every conversation with commands, once
    std::size_t size_ = 0;
};

}  // namespace whispr
