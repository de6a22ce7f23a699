// Messages, reactions, attachments, pins and receipts: what is told of them, and what is asked.
#pragma once

#include "proto/codec/fields.hpp"
#include "whispr/attachments.hpp"
#include "whispr/messages.hpp"
#include "whispr/pins.hpp"
#include "whispr/reactions.hpp"
#include "whispr/receipts.hpp"
#include "whispr/search.hpp"
#include "whispr/v1/attachments.pb.h"
#include "whispr/v1/messages.pb.h"
#include "whispr/v1/reactions.pb.h"
#include "whispr/v1/receipts.pb.h"
#include "whispr/v1/search.pb.h"

namespace whispr::codec {

[[nodiscard]] v1::MessageType encode(MessageType type) noexcept;
[[nodiscard]] v1::DeliveryStatus encode(DeliveryStatus status) noexcept;
/// Nothing for a number that is none; `fallback` where none is given.
[[nodiscard]] std::optional<MessageType> decode(v1::MessageType type, MessageType fallback);

/// `out` is empty. Any thread.
void encode(const Message& message, v1::Message& out);
void encode(const Reaction& reaction, v1::Reaction& out);
void encode(const Attachment& attachment, v1::Attachment& out);
void encode(const Pin& pin, v1::Pin& out);
void encode(const MessagePage& page, v1::ListMessagesResponse& out);
void encode(const ReadMark& mark, v1::MarkReadResponse& out);
void encode(const MemberReceipt& receipt, v1::MemberReceipt& out);

/// Fails with `invalid`, naming the fields that cannot be read. What they may hold the engine says.
[[nodiscard]] Result<SendMessage> decode(const v1::SendMessageRequest& request);
[[nodiscard]] Result<EditMessage> decode(const v1::EditMessageRequest& request);
[[nodiscard]] Result<DeleteMessage> decode(const v1::DeleteMessageRequest& request);
[[nodiscard]] Result<PageRequest> decode(const v1::ListMessagesRequest& request);
[[nodiscard]] Result<ForwardMessage> decode(const v1::ForwardMessageRequest& request);
[[nodiscard]] Result<AddAttachment> decode(const v1::AddAttachmentRequest& request);
[[nodiscard]] Result<MarkRead> decode(const v1::MarkReadRequest& request);
[[nodiscard]] Result<SearchMessages> decode(const v1::SearchMessagesRequest& request);
[[nodiscard]] Result<SearchConversations> decode(const v1::SearchConversationsRequest& request);

}  // namespace whispr::codec
