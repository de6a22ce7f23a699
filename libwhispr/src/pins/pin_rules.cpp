#include "pins/pin_rules.hpp"

#include <algorithm>

#include "messages/message_rules.hpp"

namespace whispr {

bool is_pinned(const WorkingSet& set, const MessageKey& message) noexcept {
    const auto& rows = set.pins.rows.of;
    return std::any_of(rows.begin(), rows.end(), [&](const auto& pin) {
        return pin.first == message.no && pin.second.mseq == message.mseq;
    });
}

std::size_t count_pins(const WorkingSet& set, std::int64_t no) noexcept {
    const auto& rows = set.pins.rows.of;
    return static_cast<std::size_t>(
        std::count_if(rows.begin(), rows.end(), [no](const auto& pin) { return pin.first == no; }));
}

bool unpin(WorkingSet& set, ConversationEntry& conversation, MessageEntry& message, UserId user) {
    auto& rows = set.pins.rows.of;
    const auto at = std::find_if(rows.begin(), rows.end(), [&](const auto& pin) {
        return pin.first == conversation.row.no && pin.second.mseq == message.row.mseq;
    });
    if (at == rows.end()) return false;
    PinChanges& changes = set.pins.changes;
    // One that was created in this very batch was never stored.
    const auto created = std::erase_if(
        changes.created, [&](const RowOf<PinRow>& pin) { return pin.row.id == at->second.id; });
    if (created == 0) changes.removed.push_back({conversation.row.id, at->second, false});
    rows.erase(at);
    change_message(set, conversation, message, user, MessageUnpinned{message.row.id, user});
    return true;
}

}  // namespace whispr
