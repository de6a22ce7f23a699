// Which messages a receipt tells of: what storage found, as the earlier commands of the batch have
// left it.
#pragma once

#include <vector>

#include "engine/working_set.hpp"
#include "whispr/events.hpp"

namespace whispr {

/// Where a member's position was and where it has come to.
struct PositionMove {
    UserId user;
    Mseq from = 0;
    Mseq to = 0;
};

/// Messages of others that the move passes, newest first, without deleted ones, at most
/// limits::read_messages_told. `stored` are those of them that were there before the batch.
[[nodiscard]] std::vector<ReceiptMessage> passed_messages(const ConversationEntry& conversation,
                                                          const std::vector<MessageHead>& stored,
                                                          const PositionMove& move);

}  // namespace whispr
