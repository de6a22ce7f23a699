// The command that writes the words of some messages of one conversation.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engine/command.hpp"
#include "whispr/ports/search_storage.hpp"

namespace whispr {

/// What one run indexes of a conversation.
struct IndexWork {
    SearchCursor reached{};  ///< with these words
    std::vector<MessageWords> words{};
    bool complete = true;  ///< there was no more when it was read
};

/// `done` is called once: with what was written, or why it was not.
[[nodiscard]] std::unique_ptr<Command> make_index_command(
    IndexWork work, std::function<void(const Result<void>&)> done);

/// What of `messages` is indexed next: as much as `words_bytes` allows, and one at least.
[[nodiscard]] IndexWork next_index_work(const UnindexedMessages& messages, std::size_t limit,
                                        std::size_t words_bytes);

}  // namespace whispr
