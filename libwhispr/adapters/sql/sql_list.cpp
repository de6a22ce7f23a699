// A user's list of conversations in one statement. Only where the newest message is not to be seen
// another one looks for an older.
#include <algorithm>
#include <array>
#include <tuple>

#include "batch.hpp"
#include "sql_reader.hpp"
#include "sql_rows.hpp"
#include "whispr/limits.hpp"

namespace whispr::sql {

namespace {

// The rows are chosen and cut by the narrow columns alone; only those of the page are read whole.
// Beside each: its newest message, if the user may see it, and the other member of a direct one.
// The rows of the page hang on what was chosen, also for their user: PostgreSQL would choose once
// more for each of the user's conversations.
constexpr Statement read_listed{
    "read the list of conversations",
    "user_id uuid, type small, with_archived bool, only_archived bool, max_rows bigint, skipped "
    "bigint, "
    "present bigint, max_unread bigint, direct small",
    "SELECT {conversation}, {member}, {membership}, {unread}, {columns message l}, "
    "{columns member o} FROM {keys} {lateral} ("
    "SELECT s.no, s.user_id FROM memberships s JOIN conversations c ON c.no = s.no "
    "WHERE s.user_id = $user_id AND s.active AND c.active "
    "AND (s.hidden_mseq < 0 OR EXISTS (SELECT 1 FROM messages v "
    "WHERE {messages v; c.no; s.hidden_mseq + 1; c.mseq} "
    "AND (NOT v.shadowed OR v.sender = $user_id))) "
    "AND ($type IS NULL OR c.type = $type) AND ($with_archived OR NOT s.archived) "
    "AND (s.archived OR NOT $only_archived) "
    "ORDER BY c.last_activity_at DESC, c.id DESC LIMIT $max_rows OFFSET $skipped) x "
    "JOIN conversations c ON c.no = x.no "
    "JOIN memberships s ON s.user_id = x.user_id AND s.no = x.no "
    "JOIN members m ON m.no = x.no AND m.user_id = x.user_id "
    "LEFT JOIN messages l ON {message l; c.no; c.mseq} AND NOT l.deleted "
    "AND (NOT l.shadowed OR l.sender = $user_id) "
    "AND (l.expires_at IS NULL OR l.expires_at > $present) "
    "AND (NOT EXISTS (SELECT 1 FROM hidden_messages h WHERE h.user_id = $user_id) "
    "OR NOT EXISTS (SELECT 1 FROM hidden_messages h WHERE h.user_id = $user_id "
    "AND h.no = c.no AND h.mseq = c.mseq)) "
    "LEFT JOIN members o ON c.type = $direct AND o.no = c.no AND o.user_id <> $user_id "
    "AND o.active"};

constexpr Statement read_last{"read last messages",
                              "no bigint, hi bigint, user_id uuid, present bigint",
                              "SELECT {message} FROM {keys} {lateral} (SELECT * FROM messages m "
                              "WHERE {messages m; $no; 1; $hi} AND NOT m.deleted "
                              "AND (NOT m.shadowed OR m.sender = $user_id) "
                              "AND (m.expires_at IS NULL OR m.expires_at > $present) "
                              "AND NOT EXISTS (SELECT 1 FROM hidden_messages h "
                              "WHERE h.user_id = $user_id AND h.no = $no AND h.mseq = {mseq m}) "
                              "ORDER BY {newest m} LIMIT 1) m"};

constexpr std::array statements{&read_listed, &read_last};

using Items = std::vector<ListedConversation>;

/// Of read_listed.
constexpr int columns_before_other =
    conversation_columns + member_columns + membership_columns + 1 + message_columns;

/// The items by conversation, to bring rows to the item that they belong to.
class ByNumber {
 public:
    explicit ByNumber(Items& items) {
        for (ListedConversation& item : items)
            items_.push_back(&item);
        std::sort(items_.begin(), items_.end(), [](const auto* a, const auto* b) {
            return a->conversation.no < b->conversation.no;
        });
    }
    ListedConversation& at(std::int64_t no) const {
        return **std::lower_bound(
            items_.begin(), items_.end(), no,
            [](const auto* item, std::int64_t wanted) { return item->conversation.no < wanted; });
    }

 private:
    std::vector<ListedConversation*> items_;
};

void add_last_message(ListedConversation& item, Columns& columns) {
    if (columns.next_is_null()) return columns.skip(message_columns);
    item.last_message = read_message(columns).second;
    item.last_message->conversation = item.conversation.id;
}

/// Members stand in the order in which they joined.
void add_member(ListedConversation& item, const MemberRow& member, const PositionRow& position) {
    const auto later =
        std::find_if(item.members.begin(), item.members.end(), [&member](const MemberRow& other) {
            return std::tie(other.joined_at, other.user) > std::tie(member.joined_at, member.user);
        });
    item.positions.insert(item.positions.begin() + (later - item.members.begin()), position);
    item.members.insert(later, member);
}

/// The item that the row belongs to: a new one, but for further members of a conversation.
ListedConversation& item_of(Columns& columns, std::int64_t no, Items& items) {
    const auto known = std::find_if(items.rbegin(), items.rend(),
                                    [no](const auto& item) { return item.conversation.no == no; });
    if (known != items.rend()) {
        columns.skip(columns_before_other);
        return *known;
    }
    ListedConversation& item = items.emplace_back();
    item.conversation = read_conversation(columns);
    std::tie(item.member, item.position) = read_member(columns);
    item.membership = read_membership(columns);
    item.unread = static_cast<std::uint32_t>(columns.number());
    add_last_message(item, columns);
    if (item.conversation.type == ConversationType::direct) {
        add_member(item, item.member, item.position);
    }
    return item;
}

Result<void> read_rows(Reading reading, const ListQuery& query, Items& items) {
    reading.keys.row(query.user, query.type, query.include_archived || query.only_archived,
                     query.only_archived, query.limit + 1, query.offset, query.now,
                     limits::unread_count, ConversationType::direct);
    const auto done = reading.run(read_listed, [&](const Row& row) {
        Columns columns(row);
        ListedConversation& item = item_of(columns, row.number(0), items);
        if (columns.next_is_null()) return;
        const auto [other, position] = read_member(columns);
        add_member(item, other, position);
    });
    std::sort(items.begin(), items.end(), [](const auto& a, const auto& b) {
        return std::tie(a.conversation.last_activity_at, a.conversation.id) >
               std::tie(b.conversation.last_activity_at, b.conversation.id);
    });
    return done;
}

Result<void> add_older_messages(Reading reading, const ListQuery& query, Items& items) {
    for (const ListedConversation& item : items) {
        if (item.last_message || item.conversation.mseq <= 1) continue;
        reading.keys.row(item.conversation.no, item.conversation.mseq - 1, query.user, query.now);
    }
    return reading.run(read_last, [&](const Row& row) {
        Columns columns(row);
        auto [no, message] = read_message(columns);
        const auto item = std::find_if(items.begin(), items.end(), [no = no](const auto& one) {
            return one.conversation.no == no;
        });
        message.conversation = item->conversation.id;
        item->last_message = std::move(message);
    });
}

}  // namespace

std::span<const Statement* const> list_statements() noexcept {
    return statements;
}

Result<void> read_list(Reading reading, const ListQuery& query, Items& items) {
    items.reserve(std::min(query.limit, limits::page_rows) + 1);
    if (auto done = read_rows(reading, query, items); !done) return done;
    return add_older_messages(reading, query, items);
}

}  // namespace whispr::sql
