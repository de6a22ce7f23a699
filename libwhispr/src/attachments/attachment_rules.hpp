// What may be attached to a message, and the attachments of messages within a batch. Whoever uses
// the latter has named the message in LoadKeys::attachments.
#pragma once

#include <vector>

#include "engine/working_set.hpp"
#include "whispr/attachments.hpp"
#include "whispr/limits.hpp"

namespace whispr {

/// Checks the fields of a new attachment and brings its metadata into the form that is stored.
[[nodiscard]] std::vector<FieldError> check_fields(AddAttachment& command, const Limits& limits);
/// The same of a new upload.
[[nodiscard]] std::vector<FieldError> check_fields(StoreUpload& command, const Limits& limits);

/// The message's attachments, oldest first.
[[nodiscard]] std::vector<AttachmentRow> attachments_of(const WorkingSet& set,
                                                        const MessageKey& message);

void add_attachment(WorkingSet& set, const ConversationEntry& conversation, AttachmentRow row);
void remove_attachment(WorkingSet& set, const ConversationEntry& conversation,
                       const AttachmentRow& row);
/// Of a message that ends: nobody is told.
void clear_attachments(WorkingSet& set, const ConversationEntry& conversation, Mseq mseq);

}  // namespace whispr
