// What may be said, edited and deleted: the decisions about messages, as pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/working_set.hpp"
#include "whispr/limits.hpp"
#include "whispr/messages.hpp"
#include "whispr/ports/contacts.hpp"

namespace whispr {

/// The conversation, when it exists and the user is an active member; otherwise why not.
[[nodiscard]] Result<ConversationEntry*> membership(WorkingSet& set, ConversationId id,
                                                    UserId user);

/// Notes what is wrong with content that somebody wrote.
void check_content(const std::string& content, const Limits& limits,
                   std::vector<FieldError>& wrong);
/// Brings metadata into the form that is stored, or notes that it is wrong.
void check_metadata(std::string& metadata, std::vector<FieldError>& wrong);

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

/// Nothing, or that a sanction forbids the member to say anything now.
[[nodiscard]] std::optional<Error> refuse_muted(const ConversationEntry& conversation, UserId user,
                                                Time now);
/// Whether what the member says now is seen by himself alone.
[[nodiscard]] bool is_shadowed(const ConversationEntry& conversation, UserId user, Time now);
/// Nothing, or that one of the two of a direct conversation has blocked the other. `contacts` may
/// be null.
[[nodiscard]] std::optional<Error> refuse_blocked(const ConversationEntry& conversation,
                                                  UserId caller, Contacts* contacts);

/// Nothing, or why `caller` may not edit the message now.
[[nodiscard]] std::optional<Error> refuse_edit(const MessageRow& message, UserId caller, Time now,
                                               const Limits& limits);
/// Nothing, or why `caller` may not delete the message for everyone now.
[[nodiscard]] std::optional<Error> refuse_delete(const MessageRow& message, UserId caller, Time now,
                                                 const Limits& limits);

[[nodiscard]] Error message_not_found(MessageId message);

/// Tells a change of a message to those who may see the message: of a shadowed one its sender
/// alone, while the others are told that the conversation has come this far.
void tell_of_message(WorkingSet& set, const ConversationEntry& conversation,
                     const MessageRow& message, UserId actor, Event::What what);
/// Gives the message the conversation's next change number, and the time of the change.
void touch_message(const WorkingSet& set, ConversationEntry& conversation, MessageEntry& message);

/// Something that belongs to the message has changed: gives the message the conversation's next
/// change number and tells of it.
void change_message(WorkingSet& set, ConversationEntry& conversation, MessageEntry& message,
                    UserId actor, Event::What what);

}  // namespace whispr
