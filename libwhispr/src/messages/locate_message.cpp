#include "messages/locate_message.hpp"

#include "messages/message_rules.hpp"

namespace whispr {

Result<std::optional<std::pair<ConversationId, Mseq>>> find_message(ReadStorage& storage,
                                                                    MessageId id) {
    using Place = std::optional<std::pair<ConversationId, Mseq>>;
    auto located = storage.locate({id});
    if (!located) return located.error();
    if (located->empty()) return Place();
    return Place(located->front().second);
}

Result<LocatedMessage> locate_message(ReadStorage& storage, UserId caller, MessageId id,
                                      const std::optional<ConversationId>& expected, Time now,
                                      Hidden hidden) {
    const auto place = find_message(storage, id);
    if (!place) return place.error();
    if (!*place) return message_not_found(id);
    const auto [conversation, mseq] = **place;
    if (expected && *expected != conversation) return message_not_found(id);

    auto access = storage.access(conversation, caller);
    if (!access) return access.error();
    const bool is_member = *access && (*access)->member && (*access)->member->active;
    if (!is_member) return message_not_found(id);

    // Nothing is hidden for the system.
    const UserId reader = hidden == Hidden::is_there ? system_user : caller;
    auto rows = storage.messages((*access)->conversation.no, {mseq}, reader);
    if (!rows) return rows.error();
    if (rows->messages.empty()) return message_not_found(id);
    const MessageRow& row = rows->messages.front();
    if (row.expires_at && *row.expires_at <= now) return message_not_found(id);
    if (row.shadowed && row.sender != caller) return message_not_found(id);
    return LocatedMessage{**std::move(access), *std::move(rows)};
}

}  // namespace whispr
