#include "receipts/receipt_messages.hpp"

#include "whispr/limits.hpp"

namespace whispr {

std::vector<ReceiptMessage> passed_messages(const ConversationEntry& conversation,
                                            const std::vector<MessageHead>& stored,
                                            const PositionMove& move) {
    std::vector<ReceiptMessage> passed;
    const auto add = [&](Mseq mseq, MessageId id, UserId sender) {
        const bool inside = mseq > move.from && mseq <= move.to && sender != move.user;
        if (inside && passed.size() < limits::read_messages_told) passed.push_back({id, sender});
    };
    // What was sent in this batch is newer than all that storage found.
    const auto& messages = conversation.messages;
    for (auto entry = messages.rbegin(); entry != messages.rend(); ++entry) {
        const MessageRow& row = entry->second.row;
        if (entry->second.created && !row.deleted && !row.shadowed) {
            add(row.mseq, row.id, row.sender);
        }
    }
    for (const MessageHead& head : stored) {
        const auto known = messages.find(head.mseq);
        if (known == messages.end() || !known->second.row.deleted) {
            add(head.mseq, head.id, head.sender);
        }
    }
    return passed;
}

}  // namespace whispr
