// What changed in one conversation since an eseq: for the call, and for a stream that begins.
#pragma once

#include <optional>

#include "whispr/caller.hpp"
#include "whispr/completion.hpp"
#include "whispr/engine.hpp"
#include "whispr/v1/sync.pb.h"

namespace whisprd::rpc {

struct Changes {
    whispr::MessageChanges messages;
    // Nothing when nothing has changed.
    std::optional<whispr::Conversation> conversation;
};

// Reads the changes, and then the conversation as it is now. What changes between is read again by
// who follows the numbers: the changes are complete to their own.
void read_changes(whispr::Engine& engine, const whispr::Caller& caller,
                  whispr::ConversationId conversation, whispr::Eseq since,
                  whispr::Completion<Changes> done);

// Messages are left out, and it is said, where they do not fit into `room` bytes.
void encode_changes(const Changes& changes, std::size_t room, whispr::v1::ListChangesResponse& out);

}  // namespace whisprd::rpc
