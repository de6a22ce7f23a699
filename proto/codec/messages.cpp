#include "proto/codec/messages.hpp"

#include "whispr/limits.hpp"

namespace whispr::codec {

namespace {

v1::FileType encode(FileType type) noexcept {
    switch (type) {
        case FileType::image:
            return v1::FILE_TYPE_IMAGE;
        case FileType::video:
            return v1::FILE_TYPE_VIDEO;
        case FileType::audio:
            return v1::FILE_TYPE_AUDIO;
        case FileType::document:
            return v1::FILE_TYPE_DOCUMENT;
    }
    return v1::FILE_TYPE_UNSPECIFIED;
}

std::optional<FileType> decode(v1::FileType type) {
    switch (type) {
        case v1::FILE_TYPE_UNSPECIFIED:
        case v1::FILE_TYPE_IMAGE:
            return FileType::image;
        case v1::FILE_TYPE_VIDEO:
            return FileType::video;
        case v1::FILE_TYPE_AUDIO:
            return FileType::audio;
        case v1::FILE_TYPE_DOCUMENT:
            return FileType::document;
        default:
            return std::nullopt;
    }
}

void encode(const ReplyPreview& reply, v1::ReplyPreview& out) {
    out.set_id(reply.id.to_string());
    out.set_sender_id(reply.sender.to_string());
    out.set_content(reply.content);
    out.set_type(codec::encode(reply.type));
    out.set_deleted(reply.deleted);
}

}  // namespace

v1::MessageType encode(MessageType type) noexcept {
    switch (type) {
        case MessageType::text:
            return v1::MESSAGE_TYPE_TEXT;
        case MessageType::media:
            return v1::MESSAGE_TYPE_MEDIA;
        case MessageType::system:
            return v1::MESSAGE_TYPE_SYSTEM;
    }
    return v1::MESSAGE_TYPE_UNSPECIFIED;
}

v1::DeliveryStatus encode(DeliveryStatus status) noexcept {
    switch (status) {
        case DeliveryStatus::sent:
            return v1::DELIVERY_STATUS_SENT;
        case DeliveryStatus::delivered:
            return v1::DELIVERY_STATUS_DELIVERED;
        case DeliveryStatus::read:
            return v1::DELIVERY_STATUS_READ;
    }
    return v1::DELIVERY_STATUS_UNSPECIFIED;
}

std::optional<MessageType> decode(v1::MessageType type, MessageType fallback) {
    switch (type) {
        case v1::MESSAGE_TYPE_UNSPECIFIED:
            return fallback;
        case v1::MESSAGE_TYPE_TEXT:
            return MessageType::text;
        case v1::MESSAGE_TYPE_MEDIA:
            return MessageType::media;
        case v1::MESSAGE_TYPE_SYSTEM:
            return MessageType::system;
        default:
            return std::nullopt;
    }
}

void encode(const Reaction& reaction, v1::Reaction& out) {
    out.set_id(reaction.id.to_string());
    out.set_user_id(reaction.user.to_string());
    out.set_reaction(reaction.reaction);
    encode(reaction.created_at, *out.mutable_created_at());
}

void encode(const Attachment& attachment, v1::Attachment& out) {
    out.set_id(attachment.id.to_string());
    out.set_message_id(attachment.message.to_string());
    out.set_media_id(attachment.media_id);
    out.set_file_name(attachment.file_name);
    out.set_type(encode(attachment.type));
    out.set_size(attachment.size);
    out.set_mime_type(attachment.mime_type);
    out.set_url(attachment.url);
    out.set_thumbnail_url(attachment.thumbnail_url);
    out.set_metadata(attachment.metadata);
    encode(attachment.uploaded_at, *out.mutable_uploaded_at());
}

void encode(const Message& message, v1::Message& out) {
    out.set_id(message.id.to_string());
    out.set_conversation_id(message.conversation.to_string());
    out.set_mseq(message.mseq);
    out.set_eseq(message.eseq);
    out.set_sender_id(message.sender.to_string());
    out.set_type(encode(message.type));
    out.set_content(message.content);
    out.set_metadata(message.metadata);
    if (message.reply_to) out.set_reply_to_id(message.reply_to->to_string());
    if (message.reply) encode(*message.reply, *out.mutable_reply());
    if (message.client_random) out.set_client_random(*message.client_random);
    if (message.op_id) out.set_op_id(message.op_id->to_string());
    encode(message.sent_at, *out.mutable_sent_at());
    encode(message.updated_at, *out.mutable_updated_at());
    if (message.edited_at) encode(*message.edited_at, *out.mutable_edited_at());
    if (message.expires_at) encode(*message.expires_at, *out.mutable_expires_at());
    out.set_deleted(message.deleted);
    out.set_signature(message.signature);
    out.set_sender_public_key(message.sender_public_key);
    out.set_status(encode(message.status));
    for (const auto& reaction : message.reactions)
        encode(reaction, *out.add_reactions());
    for (const auto& attachment : message.attachments)
        encode(attachment, *out.add_attachments());
}

void encode(const Pin& pin, v1::Pin& out) {
    out.set_id(pin.id.to_string());
    out.set_message_id(pin.message.to_string());
    out.set_conversation_id(pin.conversation.to_string());
    out.set_pinned_by(pin.pinned_by.to_string());
    encode(pin.pinned_at, *out.mutable_pinned_at());
}

void encode(const MessagePage& page, v1::ListMessagesResponse& out) {
    for (const auto& message : page.messages)
        encode(message, *out.add_messages());
    out.set_has_more(page.has_more);
    out.set_has_newer(page.has_newer);
}

void encode(const ReadMark& mark, v1::MarkReadResponse& out) {
    out.set_read_mseq(mark.read_mseq);
    out.set_marked(static_cast<std::int32_t>(mark.marked));
    encode(mark.read_at, *out.mutable_read_at());
}

void encode(const MemberReceipt& receipt, v1::MemberReceipt& out) {
    out.set_user_id(receipt.user.to_string());
    if (receipt.delivered_at) encode(*receipt.delivered_at, *out.mutable_delivered_at());
    if (receipt.read_at) encode(*receipt.read_at, *out.mutable_read_at());
}

Result<SendMessage> decode(const v1::SendMessageRequest& request) {
    Fields fields;
    SendMessage command;
    command.conversation = fields.id<ConversationId>("conversation_id", request.conversation_id());
    const auto type = decode(request.type(), MessageType::text);
    if (!type) fields.wrong("type", "is invalid");
    command.type = type.value_or(MessageType::text);
    command.content = request.content();
    command.metadata = Fields::object_or_empty(request.metadata());
    if (request.has_client_random()) command.client_random = request.client_random();
    command.op_id = fields.optional_id<OpId>("op_id", request.has_op_id(), request.op_id());
    command.reply_to = fields.optional_id<MessageId>("reply_to_id", request.has_reply_to_id(),
                                                     request.reply_to_id());
    command.expires_at = fields.time("expires_at", request.has_expires_at(), request.expires_at());
    command.ttl = fields.duration("ttl", request.has_ttl(), request.ttl());
    command.signature = request.signature();
    command.sender_public_key = request.sender_public_key();
    if (command.signature.empty() != command.sender_public_key.empty())
        fields.wrong("signature", "is invalid");
    return fields.finish(std::move(command));
}

Result<EditMessage> decode(const v1::EditMessageRequest& request) {
    Fields fields;
    EditMessage command;
    command.message = fields.id<MessageId>("message_id", request.message_id());
    command.content = request.content();
    command.metadata = request.metadata();
    if (request.has_based_on()) command.based_on = request.based_on();
    return fields.finish(std::move(command));
}

Result<DeleteMessage> decode(const v1::DeleteMessageRequest& request) {
    Fields fields;
    DeleteMessage command;
    command.message = fields.id<MessageId>("message_id", request.message_id());
    command.for_everyone = request.for_everyone();
    return fields.finish(command);
}

Result<PageRequest> decode(const v1::ListMessagesRequest& request) {
    Fields fields;
    PageRequest page;
    page.conversation = fields.id<ConversationId>("conversation_id", request.conversation_id());
    if (request.has_before_mseq()) page.before_mseq = request.before_mseq();
    if (request.has_after_mseq()) page.after_mseq = request.after_mseq();
    page.around =
        fields.optional_id<MessageId>("around_id", request.has_around_id(), request.around_id());
    page.before = fields.time("before", request.has_before(), request.before());
    page.after = fields.time("after", request.has_after(), request.after());
    page.limit = fields.limit(request.limit(), 50, limits::page_rows);
    return fields.finish(page);
}

Result<ForwardMessage> decode(const v1::ForwardMessageRequest& request) {
    Fields fields;
    ForwardMessage command;
    command.message = fields.id<MessageId>("message_id", request.message_id());
    for (const auto& id : request.conversation_ids())
        command.conversations.push_back(fields.id<ConversationId>("conversation_ids", id));
    command.op_id = fields.optional_id<OpId>("op_id", request.has_op_id(), request.op_id());
    return fields.finish(std::move(command));
}

Result<AddAttachment> decode(const v1::AddAttachmentRequest& request) {
    Fields fields;
    AddAttachment command;
    command.message = fields.id<MessageId>("message_id", request.message_id());
    command.media_id = request.media_id();
    if (!request.file_name().empty()) command.file_name = request.file_name();
    const auto type = decode(request.type());
    if (!type) fields.wrong("type", "is invalid");
    command.type = type.value_or(FileType::image);
    command.size = request.size();
    if (!request.mime_type().empty()) command.mime_type = request.mime_type();
    command.url = request.url();
    command.thumbnail_url = request.thumbnail_url();
    command.metadata = Fields::object_or_empty(request.metadata());
    command.op_id = fields.optional_id<OpId>("op_id", request.has_op_id(), request.op_id());
    return fields.finish(std::move(command));
}

Result<MarkRead> decode(const v1::MarkReadRequest& request) {
    Fields fields;
    MarkRead command;
    command.conversation = fields.id<ConversationId>("conversation_id", request.conversation_id());
    command.message =
        fields.optional_id<MessageId>("message_id", request.has_message_id(), request.message_id());
    return fields.finish(command);
}

Result<SearchMessages> decode(const v1::SearchMessagesRequest& request) {
    Fields fields;
    SearchMessages search;
    search.query = request.query();
    search.conversation = fields.optional_id<ConversationId>(
        "conversation_id", request.has_conversation_id(), request.conversation_id());
    search.before = fields.time("before", request.has_before(), request.before());
    search.limit = fields.limit(request.limit(), 50, limits::page_rows);
    search.offset = std::min(fields.offset("offset", request.offset()), limits::search_offset);
    return fields.finish(std::move(search));
}

Result<SearchConversations> decode(const v1::SearchConversationsRequest& request) {
    Fields fields;
    SearchConversations search;
    search.query = request.query();
    search.limit = fields.limit(request.limit(), 20, limits::page_rows);
    return fields.finish(std::move(search));
}

}  // namespace whispr::codec
