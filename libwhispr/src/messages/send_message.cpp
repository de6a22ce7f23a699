#include "messages/send_message.hpp"

#include <algorithm>

#include "attachments/attachment_rules.hpp"
#include "attachments/stored_blobs.hpp"
#include "conversations/conversation_rules.hpp"
#include "conversations/group_policy.hpp"
#include "messages/message_rules.hpp"
#include "messages/message_view.hpp"
#include "sender_keys/key_rules.hpp"

namespace whispr {

namespace {

class Send final : public AnsweringCommand<Sent> {
 public:
    Send(UserId caller, CheckedSend send, const Limits& limits, Completion<Sent> done)
        : AnsweringCommand(send.message.conversation, caller, std::move(done),
                           512 + send.message.content.size() + send.message.metadata.size()),
          send_(std::move(send)),
          limits_(limits) {}

    void load(const WorkingSet& set, LoadKeys& keys) const override {
        const ConversationEntry* const found = set.conversation(conversation());
        if (found == nullptr) return;
        const std::int64_t no = found->row.no;
        const SendMessage& message = send_.message;
        if (message.client_random || message.op_id) {
            keys.sends.push_back({no, caller(), message.client_random, message.op_id});
        }
        if (send_.reply && send_.reply->conversation == conversation()) {
            keys.messages.push_back({no, send_.reply->mseq});
        }
        if (is_verified()) keys.sender_keys.of.push_back(caller());
        for (const AttachmentRow& attachment : send_.attachments) {
            if (!attachment.file) continue;
            for (const auto& [key, size] : blobs_of(*attachment.file, attachment.size))
                keys.uploads.blobs.push_back(key);
        }
    }

 protected:
    Result<Sent> decide(WorkingSet& set) override {
        const auto entered = membership(set, conversation(), caller());
        if (!entered) return entered.error();
        ConversationEntry& found = **entered;
        if (const auto refused = refuse_closed(found)) return *refused;
        // What was stored is told again whatever has happened since.
        if (send_.wrong.empty()) {
            const auto* known = repeated(found, send_.message, caller(), set.now, limits_);
            if (known != nullptr) return Sent{stored_view(found, *known), true};
        }
        if (const auto refused = refuse_blocked(found, caller(), send_.contacts)) return *refused;
        if (!send_.wrong.empty()) return invalid_fields(send_.wrong);
        if (is_verified()) {
            const auto refused = refuse_key(set, caller(), send_.message.sender_public_key);
            if (refused) return *refused;
        }
        if (const auto refused = refuse_muted(found, caller(), set.now)) return *refused;
        const MemberRow& sender = *found.active_member(caller());
        if (auto refused = refuse_by_policy(found, sender, send_.message.type)) return *refused;
        const auto expires_at = expiry(set.now);
        if (expires_at && *expires_at <= set.now) {
            return invalid_field("expires_at", "must be in the future");
        }
        const MessageEntry* replied = nullptr;
        if (send_.message.reply_to) {
            if (!send_.reply) {
                return invalid_field("reply_to_id", "referenced message does not exist");
            }
            if (send_.reply->conversation != conversation()) {
                return invalid_field("reply_to_id",
                                     "must reference a message in the same conversation");
            }
            replied = found.message(send_.reply->mseq);
            if (replied == nullptr || (replied->row.shadowed && replied->row.sender != caller())) {
                return invalid_field("reply_to_id", "referenced message does not exist");
            }
        }
        // The message that they were copied from may have been deleted meanwhile.
        for (const AttachmentRow& attachment : send_.attachments) {
            if (!attachment.file) continue;
            auto refused = refuse_references(set, blobs_of(*attachment.file, attachment.size));
            if (refused) return *std::move(refused);
        }
        MessageRow row = new_row(expires_at);
        row.shadowed = is_shadowed(found, caller(), set.now);
        std::optional<ReplyPreview> reply;
        if (replied != nullptr) {
            row.reply_to_mseq = replied->row.mseq;
            // The others are not told that there was a shadowed one.
            if (row.shadowed || !replied->row.shadowed) reply = to_preview(replied->row);
        }
        if (is_verified()) {
            remember_key(set, {caller(), send_.device}, send_.message.sender_public_key);
        }
        auto attachments = send_.attachments;
        for (AttachmentRow& attachment : attachments)
            attachment.uploaded_at = set.now;
        return Sent{append_message(set, found, std::move(row), reply, std::move(attachments)),
                    false};
    }

 private:
    [[nodiscard]] bool is_verified() const noexcept {
        return send_.signature == SignatureCheck::valid;
    }

    [[nodiscard]] std::optional<Time> expiry(Time now) const {
        if (send_.message.expires_at) return send_.message.expires_at;
        if (send_.message.ttl) return now + *send_.message.ttl;
        return std::nullopt;
    }

    [[nodiscard]] MessageRow new_row(const std::optional<Time>& expires_at) const {
        const SendMessage& message = send_.message;
        MessageRow row;
        row.id = send_.id;
        row.sender = caller();
        row.type = message.type;
        row.content = message.content;
        row.metadata = message.metadata;
        row.client_random = message.client_random;
        row.op_id = message.op_id;
        row.expires_at = expires_at;
        row.signature = message.signature;
        row.sender_public_key = message.sender_public_key;
        return row;
    }

    // The replied message of a repeat may not be loaded; its id then comes from the sender's own
    // words.
    [[nodiscard]] std::shared_ptr<const Message> stored_view(ConversationEntry& found,
                                                             const MessageEntry& known) const {
        std::optional<ReplyPreview> reply;
        if (known.row.reply_to_mseq != 0) {
            if (const MessageEntry* replied = found.message(known.row.reply_to_mseq)) {
                reply = to_preview(replied->row);
            }
        }
        auto message = std::make_shared<Message>(to_message(known.row, reply));
        if (known.row.reply_to_mseq != 0 && !reply) message->reply_to = send_.message.reply_to;
        return message;
    }

    CheckedSend send_;
    const Limits& limits_;
};

}  // namespace

std::unique_ptr<Command> make_send(UserId caller, CheckedSend send, const Limits& limits,
                                   Completion<Sent> done) {
    return std::make_unique<Send>(caller, std::move(send), limits, std::move(done));
}

std::shared_ptr<const Message> append_message(WorkingSet& set, ConversationEntry& conversation,
                                              MessageRow row,
                                              const std::optional<ReplyPreview>& reply,
                                              std::vector<AttachmentRow> attachments) {
    row.conversation = conversation.row.id;
    row.mseq = ++conversation.row.mseq;
    row.last_eseq = conversation.next_eseq();
    // Strictly increasing, so that a client that pages by time loses nothing.
    row.sent_at = std::max(set.now, conversation.row.last_sent_at + std::chrono::microseconds(1));
    row.updated_at = row.sent_at;
    conversation.row.last_sent_at = row.sent_at;
    // A shadowed one moves nothing in the lists of the others.
    if (!row.shadowed) conversation.row.last_activity_at = row.sent_at;

    auto message = std::make_shared<Message>(to_message(row, reply));
    for (AttachmentRow& attachment : attachments) {
        attachment.mseq = row.mseq;
        message->attachments.push_back(to_attachment(attachment, row.id));
        if (attachment.file) {
            hold_file(set, attachment.id, row.sender, *attachment.file, attachment.size);
        }
        add_attachment(set, conversation, std::move(attachment));
    }
    const UserId sender = row.sender;
    const Mseq mseq = row.mseq;
    if (row.op_id) conversation.by_op_id[{sender, *row.op_id}] = mseq;
    if (row.client_random) conversation.by_client_random[{sender, *row.client_random}] = mseq;
    MessageEntry& entry = conversation.messages[mseq];
    entry.row = std::move(row);
    entry.created = true;
    tell_of_message(set, conversation, entry.row, sender, MessageCreated{message});
    return message;
}

}  // namespace whispr
