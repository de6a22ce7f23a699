// Sending: the number, the time and the change that a message gets, and how a repeat is recognised.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/answering_command.hpp"
#include "messages/message_signature.hpp"
#include "whispr/limits.hpp"
#include "whispr/messages.hpp"
#include "whispr/ports/contacts.hpp"

namespace whispr {

/// Where the message is that a new one replies to.
struct ReplyPlace {
    ConversationId conversation;
    Mseq mseq = 0;
};

/// A send that was checked for itself: what is wrong with its fields is told only to members.
struct CheckedSend {
    SendMessage message;
    std::vector<FieldError> wrong;
    MessageId id;                     ///< of the message, if it is new
    std::optional<ReplyPlace> reply;  ///< present when the replied message exists
    std::string device;               ///< that sends it
    SignatureCheck signature = SignatureCheck::not_made;  ///< invalid is among what is wrong, too
    /// Copies of another message's, with ids of their own.
    std::vector<AttachmentRow> attachments{};
    Contacts* contacts = nullptr;  ///< null: nobody has blocked anybody
};

[[nodiscard]] std::unique_ptr<Command> make_send(UserId caller, CheckedSend send,
                                                 const Limits& limits, Completion<Sent> done);

/// Numbers, stores and tells a new message of the conversation. The row's number, times and change
/// are set here. Requires: everything was decided.
std::shared_ptr<const Message> append_message(WorkingSet& set, ConversationEntry& conversation,
                                              MessageRow row,
                                              const std::optional<ReplyPreview>& reply,
                                              std::vector<AttachmentRow> attachments = {});

}  // namespace whispr
