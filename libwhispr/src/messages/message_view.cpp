#include "messages/message_view.hpp"

#include <algorithm>
#include <utility>

namespace whispr {

Reaction to_reaction(const ReactionRow& row) {
    return Reaction{row.id, row.user, row.reaction, row.created_at};
}

Attachment to_attachment(const AttachmentRow& row, MessageId message) {
    return Attachment{row.id,          message,       row.media_id, row.file_name,     row.type,
                      row.size,        row.mime_type, row.url,      row.thumbnail_url, row.metadata,
                      row.uploaded_at, row.file};
}

ReplyPreview to_preview(const MessageRow& row) {
    return ReplyPreview{row.id, row.sender, row.deleted ? std::string() : row.content, row.type,
                        row.deleted};
}

Message to_message(const MessageRow& row, const std::optional<ReplyPreview>& reply) {
    Message message;
    message.id = row.id;
    message.conversation = row.conversation;
    message.mseq = row.mseq;
    message.eseq = row.last_eseq;
    message.sender = row.sender;
    message.type = row.type;
    message.content = row.content;
    message.metadata = row.metadata;
    if (reply) message.reply_to = reply->id;
    message.reply = reply;
    message.client_random = row.client_random;
    message.op_id = row.op_id;
    message.sent_at = row.sent_at;
    message.updated_at = row.updated_at;
    message.edited_at = row.edited_at;
    message.expires_at = row.expires_at;
    message.deleted = row.deleted;
    message.signature = row.signature;
    message.sender_public_key = row.sender_public_key;
    return message;
}

DeliveryStatus status_of(Mseq mseq, UserId sender, const std::vector<PositionRow>& positions) {
    bool anyone = false;
    auto status = DeliveryStatus::read;
    for (const PositionRow& position : positions) {
        if (position.user == sender) continue;
        anyone = true;
        if (position.shown_read_mseq >= mseq) continue;
        if (position.delivered_mseq < mseq) return DeliveryStatus::sent;
        status = DeliveryStatus::delivered;
    }
    return anyone ? status : DeliveryStatus::sent;
}

namespace {

// Messages come newest first.
Message* find(std::vector<Message>& messages, Mseq mseq) {
    const auto at = std::lower_bound(messages.begin(), messages.end(), mseq,
                                     [](const Message& m, Mseq wanted) { return m.mseq > wanted; });
    return at != messages.end() && at->mseq == mseq ? &*at : nullptr;
}

}  // namespace

std::vector<Message> to_messages(PageRows rows) {
    std::vector<Message> messages;
    messages.reserve(rows.messages.size());
    for (const MessageRow& row : rows.messages) {
        std::optional<ReplyPreview> reply;
        if (row.reply_to_mseq != 0) {
            const auto replied =
                std::find_if(rows.replied.begin(), rows.replied.end(),
                             [&](const MessageRow& r) { return r.mseq == row.reply_to_mseq; });
            if (replied != rows.replied.end()) reply = to_preview(*replied);
        }
        messages.push_back(to_message(row, reply));
        // Who has come further has not seen a shadowed one.
        if (!row.shadowed) {
            messages.back().status = status_of(row.mseq, row.sender, rows.positions);
        }
    }
    for (const auto& [no, row] : rows.reactions) {
        if (Message* const message = find(messages, row.mseq)) {
            message->reactions.push_back(to_reaction(row));
        }
    }
    for (const auto& [no, row] : rows.attachments) {
        if (Message* const message = find(messages, row.mseq)) {
            message->attachments.push_back(to_attachment(row, message->id));
        }
    }
    return messages;
}

}  // namespace whispr
