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

Result<std::optional<LocatedMessage>> look_at_message(ReadStorage& storage, UserId caller,
                                                      const std::pair<ConversationId, Mseq>& place,
                                                      Time now, Hidden hidden) {
    const auto& [conversation, mseq] = place;
    auto access = storage.access(conversation, caller);
    if (!access) return access.error();
    const bool is_member = *access && (*access)->member && (*access)->member->active;
    if (!is_member) return std::optional<LocatedMessage>();

    // Nothing is hidden for the system.
    const UserId reader = hidden == Hidden::is_there ? system_user : caller;
    auto rows = storage.messages((*access)->conversation.no, {mseq}, reader);
    if (!rows) return rows.error();
    if (rows->messages.empty()) return std::optional<LocatedMessage>();
    const MessageRow& row = rows->messages.front();
    const bool expired = row.expires_at && *row.expires_at <= now;
    if (expired || (row.shadowed && row.sender != caller)) return std::optional<LocatedMessage>();
    return std::optional(LocatedMessage{**std::move(access), *std::move(rows)});
}

Result<LocatedMessage> locate_message(ReadStorage& storage, UserId caller, MessageId id,
                                      const std::optional<ConversationId>& expected, Time now,
                                      Hidden hidden) {
    const auto place = find_message(storage, id);
    if (!place) return place.error();
    if (!*place) return message_not_found(id);
    if (expected && *expected != (*place)->first) return message_not_found(id);
    auto located = look_at_message(storage, caller, **place, now, hidden);
    if (!located) return located.error();
    if (!*located) return message_not_found(id);
    return **std::move(located);
}

}  // namespace whispr
