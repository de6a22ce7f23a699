#include "messages/bury_message.hpp"

#include <utility>

#include "attachments/attachment_rules.hpp"
#include "messages/message_rules.hpp"
#include "pins/pin_rules.hpp"

namespace whispr {

void load_for_burial(const MessageKey& key, LoadKeys& keys) {
    keys.messages.push_back(key);
    keys.pins.of.push_back(key.no);
    keys.attachments.of.push_back(key);
}

void bury_message(WorkingSet& set, ConversationEntry& conversation, MessageEntry& message,
                  UserId actor, Event::What what) {
    MessageRow& row = message.row;
    row.deleted = true;
    row.content.clear();
    row.metadata = "{}";
    row.signature.clear();
    row.sender_public_key.clear();
    message.reactions.clear();
    message.reactions_added.clear();
    message.reactions_removed.clear();
    message.reactions_cleared = true;
    change_message(set, conversation, message, actor, std::move(what));
    clear_attachments(set, conversation, row.mseq);
    unpin(set, conversation, message, actor);
}

}  // namespace whispr
