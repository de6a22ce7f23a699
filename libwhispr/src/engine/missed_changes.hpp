// What a node has not been told of, read from the store and told as the ordinary events: messages
// in their present state, members, the conversation's policy.
#pragma once

#include "engine/event_order.hpp"
#include "whispr/ports/storage.hpp"
#include "whispr/result.hpp"

namespace whispr {

struct MissedChanges {
    Events events{};  ///< by number
    Eseq upto = 0;    ///< they are complete up to this
};

/// Reads what changed in the hole's conversation beyond what was told; nothing of what waits behind
/// it. A conversation that is not there has none.
[[nodiscard]] Result<MissedChanges> read_missed(ReadStorage& storage, const Hole& hole, Time now);

}  // namespace whispr
