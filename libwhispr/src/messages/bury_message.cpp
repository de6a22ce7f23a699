#include "messages/bury_message.hpp"

#include <utility>

namespace whispr {

void load_for_burial(const MessageKey& key, LoadKeys& keys) {
    keys.messages.push_back(key);
}

void bury_message(WorkingSet& set, ConversationEntry& conversation, MessageEntry& message,
                  UserId actor, Event::What what) {
    MessageRow& row = message.row;
    row.deleted = true;
    row.content.clear();
    row.metadata = "{}";
    row.signature.clear();
    row.sender_public_key.clear();
    row.updated_at = set.now;
    row.last_eseq = conversation.next_eseq();
    message.changed = true;
    message.reactions.clear();
    message.reactions_added.clear();
    message.reactions_removed.clear();
    message.reactions_cleared = true;
    set.tell(conversation, row.last_eseq, actor, std::move(what));
}

}  // namespace whispr
