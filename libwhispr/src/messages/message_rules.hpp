// What may be said, edited and deleted: the decisions about messages, as pure functions.
#pragma once

#include <optional>
#include <vector>

#include "engine/working_set.hpp"
#include "whispr/limits.hpp"
#include "whispr/messages.hpp"

namespace whispr {

/// The conversation, when it exists and the user is an active member; otherwise why not.
[[nodiscard]] Result<ConversationEntry*> membership(WorkingSet& set, ConversationId id,
                                                    UserId user);

/// Checks the fields of a new message and brings its metadata into the form that is stored.
[[nodiscard]] std::vector<FieldError> check_fields(SendMessage& command, const Limits& limits);
/// The same for an edit.
[[nodiscard]] std::vector<FieldError> check_fields(EditMessage& command, const Limits& limits);
/// What all fields that are wrong amount to.
[[nodiscard]] Error invalid_fields(std::vector<FieldError> fields);

/// The message that this send repeats (SYNC: by op_id for ever; by client_random with the same
/// content for ever, with other content within a window), or null.
[[nodiscard]] const MessageEntry* repeated(ConversationEntry& conversation,
                                           const SendMessage& command, UserId sender, Time now,
                                           const Limits& limits);

/// Nothing, or why `caller` may not edit the message now.
[[nodiscard]] std::optional<Error> refuse_edit(const MessageRow& message, UserId caller, Time now,
                                               const Limits& limits);
/// Nothing, or why `caller` may not delete the message for everyone now.
[[nodiscard]] std::optional<Error> refuse_delete(const MessageRow& message, UserId caller, Time now,
                                                 const Limits& limits);

[[nodiscard]] Error message_not_found(MessageId message);

}  // namespace whispr
