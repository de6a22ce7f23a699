// Rows of storage as the messages that readers see.
#pragma once

#include <optional>
#include <vector>

#include "whispr/messages.hpp"
#include "whispr/ports/storage.hpp"

namespace whispr {

[[nodiscard]] Reaction to_reaction(const ReactionRow& row);
[[nodiscard]] Attachment to_attachment(const AttachmentRow& row, MessageId message);
[[nodiscard]] ReplyPreview to_preview(const MessageRow& row);

/// Without status, reactions and attachments.
[[nodiscard]] Message to_message(const MessageRow& row, const std::optional<ReplyPreview>& reply);

/// How far a message has come: the least of what its active recipients have confirmed. `positions`
/// are those of the active members; none means that the conversation is too large for receipts.
[[nodiscard]] DeliveryStatus status_of(Mseq mseq, UserId sender,
                                       const std::vector<PositionRow>& positions);

/// All messages of a page, complete.
[[nodiscard]] std::vector<Message> to_messages(PageRows rows);

}  // namespace whispr
