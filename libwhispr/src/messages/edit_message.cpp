#include "messages/edit_message.hpp"

#include "attachments/attachment_rules.hpp"
#include "messages/message_rules.hpp"
#include "messages/message_view.hpp"
#include "metadata/metadata.hpp"

namespace whispr {

namespace {

using Edited = std::shared_ptr<const Message>;

class Edit final : public AnsweringCommand<Edited> {
 public:
    Edit(UserId caller, EditMessage edit, std::vector<FieldError> wrong,
         const LocatedMessage& located, const Limits& limits, Completion<Edited> done)
        : AnsweringCommand(located.access.conversation.id, caller, std::move(done),
                           512 + edit.content.size() + edit.metadata.size()),
          edit_(std::move(edit)),
          wrong_(std::move(wrong)),
          key_{located.access.conversation.no, located.rows.messages.front().mseq},
          limits_(limits) {
        const MessageRow& edited = located.rows.messages.front();
        // The others are told of this message, but not of a shadowed one that it answers.
        if (!located.rows.replied.empty()) {
            const MessageRow& replied = located.rows.replied.front();
            if (edited.shadowed || !replied.shadowed) reply_ = to_preview(replied);
        }
        if (!edited.shadowed) {
            status_ = status_of(key_.mseq, caller, located.rows.positions);
        }
    }

    void load(const WorkingSet&, LoadKeys& keys) const override {
        keys.messages.push_back(key_);
        keys.reactions_of.push_back(key_);
        keys.attachments.of.push_back(key_);
    }

 protected:
    Result<Edited> decide(WorkingSet& set) override {
        const auto entered = membership(set, conversation(), caller());
        if (!entered) return message_not_found(edit_.message);
        ConversationEntry& found = **entered;
        MessageEntry* const entry = found.message(key_.mseq);
        if (entry == nullptr) return message_not_found(edit_.message);
        MessageRow& row = entry->row;
        if (const auto refused = refuse_edit(row, caller(), set.now, limits_)) return *refused;
        if (edit_.based_on && *edit_.based_on != row.last_eseq) {
            return Error{Errc::stale,
                         "the message has changed since " + std::to_string(*edit_.based_on),
                         {}};
        }
        if (!wrong_.empty()) return invalid_fields(wrong_);
        if (const auto refused = refuse_muted(found, caller(), set.now)) return *refused;
        std::string metadata = row.metadata;
        if (!edit_.metadata.empty()) {
            auto merged = merge_metadata(row.metadata, edit_.metadata);
            if (!merged) return invalid_field("metadata", "is invalid");
            metadata = *std::move(merged);
        }

        row.content = edit_.content;
        row.metadata = std::move(metadata);
        // A signature covers the old content.
        row.signature.clear();
        row.sender_public_key.clear();
        row.edited_at = set.now;
        touch_message(set, found, *entry);
        auto message = std::make_shared<Message>(to_message(row, reply_));
        message->status = status_;
        for (const ReactionRow& reaction : entry->reactions) {
            message->reactions.push_back(to_reaction(reaction));
        }
        for (const AttachmentRow& attachment : attachments_of(set, key_)) {
            message->attachments.push_back(to_attachment(attachment, row.id));
        }
        tell_of_message(set, found, row, caller(), MessageEdited{message});
        return Edited(std::move(message));
    }

 private:
    const EditMessage edit_;
    const std::vector<FieldError> wrong_;
    const MessageKey key_;
    const Limits& limits_;
    std::optional<ReplyPreview> reply_;
    DeliveryStatus status_ = DeliveryStatus::sent;
};

}  // namespace

std::unique_ptr<Command> make_edit(UserId caller, EditMessage edit, std::vector<FieldError> wrong,
                                   const LocatedMessage& located, const Limits& limits,
                                   Completion<Edited> done) {
    return std::make_unique<Edit>(caller, std::move(edit), std::move(wrong), located, limits,
                                  std::move(done));
}

}  // namespace whispr
