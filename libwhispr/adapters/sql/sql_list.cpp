// A user's list of conversations in four statements: the rows, their unread messages, the last
// message of each, and the members of the direct ones.
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
constexpr Statement read_listed{
    "read the list of conversations",
    "user_id uuid, type small, with_archived bool, max_rows bigint, skipped bigint",
    "SELECT {conversation}, {member}, {membership} FROM {keys} {lateral} ("
    "SELECT s.no FROM memberships s JOIN conversations c ON c.no = s.no "
    "WHERE s.user_id = $user_id AND s.active AND c.active AND s.hidden_mseq < c.mseq "
    "AND ($type IS NULL OR c.type = $type) AND ($with_archived OR NOT s.archived) "
    "ORDER BY c.last_activity_at DESC, c.id DESC LIMIT $max_rows OFFSET $skipped) x "
    "JOIN conversations c ON c.no = x.no "
    "JOIN memberships s ON s.user_id = $user_id AND s.no = x.no "
    "JOIN members m ON m.no = x.no AND m.user_id = $user_id"};

constexpr Statement read_last{"read last messages",
                              "no bigint, hi bigint, user_id uuid, present bigint",
                              "SELECT {message} FROM {keys} {lateral} (SELECT * FROM messages m "
                              "WHERE {messages m; $no; 1; $hi} AND NOT m.deleted "
                              "AND (m.expires_at IS NULL OR m.expires_at > $present) "
                              "AND NOT EXISTS (SELECT 1 FROM hidden_messages h "
                              "WHERE h.user_id = $user_id AND h.no = $no AND h.mseq = {mseq m}) "
                              "ORDER BY {newest m} LIMIT 1) m"};

constexpr Statement read_members{
    "read members of direct conversations", "no bigint",
    "SELECT m.no, {member} FROM {keys} members m WHERE m.no = $no AND m.active "
    "ORDER BY m.joined_at, m.user_id"};

// Counted in the narrow index, and no further than anyone is told.
constexpr Statement count{
    "count unread messages", "no bigint, lo bigint, user_id uuid, present bigint, max_rows bigint",
    "SELECT x.no, count(*) FROM {keys} {lateral} (SELECT $no AS no "
    "FROM messages m {indexed messages_unread} "
    "WHERE {messages m; $no; $lo; 4294967295} AND m.sender <> $user_id AND NOT m.deleted "
    "AND (m.expires_at IS NULL OR m.expires_at > $present) "
    "AND NOT EXISTS (SELECT 1 FROM hidden_messages h "
    "WHERE h.user_id = $user_id AND h.no = $no AND h.mseq = {mseq m}) "
    "LIMIT $max_rows) x GROUP BY x.no"};

constexpr std::array statements{&read_listed, &read_last, &read_members, &count};

using Items = std::vector<ListedConversation>;

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

Result<void> read_rows(Reading reading, const ListQuery& query, Items& items) {
    reading.keys.row(query.user, query.type, query.include_archived, query.limit + 1, query.offset);
    const auto done = reading.run(read_listed, [&](const Row& row) {
        Columns columns(row);
        ListedConversation& item = items.emplace_back();
        item.conversation = read_conversation(columns);
        std::tie(item.member, item.position) = read_member(columns);
        item.membership = read_membership(columns);
    });
    std::sort(items.begin(), items.end(), [](const auto& a, const auto& b) {
        return std::tie(a.conversation.last_activity_at, a.conversation.id) >
               std::tie(b.conversation.last_activity_at, b.conversation.id);
    });
    return done;
}

Result<void> add_unread(Reading reading, const ListQuery& query, Items& items,
                        const ByNumber& by_number) {
    std::vector<UnreadKey> keys;
    for (const ListedConversation& item : items) {
        const Mseq from = unread_from(item.position, item.membership);
        if (from > item.conversation.mseq) continue;
        keys.push_back({item.conversation.no, query.user, from});
    }
    std::vector<std::pair<std::int64_t, std::uint32_t>> counts;
    auto done = count_unread(reading, keys, query.now, counts);
    for (const auto& [no, unread] : counts)
        by_number.at(no).unread = unread;
    return done;
}

Result<void> add_last_messages(Reading reading, const ListQuery& query, const Items& items,
                               const ByNumber& by_number) {
    for (const ListedConversation& item : items) {
        if (item.conversation.mseq == 0) continue;
        reading.keys.row(item.conversation.no, item.conversation.mseq, query.user, query.now);
    }
    return reading.run(read_last, [&](const Row& row) {
        Columns columns(row);
        auto [no, message] = read_message(columns);
        ListedConversation& item = by_number.at(no);
        message.conversation = item.conversation.id;
        item.last_message = std::move(message);
    });
}

Result<void> add_members(Reading reading, const Items& items, const ByNumber& by_number) {
    for (const ListedConversation& item : items) {
        if (item.conversation.type == ConversationType::direct) {
            reading.keys.row(item.conversation.no);
        }
    }
    return reading.run(read_members, [&](const Row& row) {
        Columns columns(row);
        ListedConversation& item = by_number.at(columns.number());
        auto [member, position] = read_member(columns);
        item.members.push_back(member);
        item.positions.push_back(position);
    });
}

}  // namespace

std::span<const Statement* const> list_statements() noexcept {
    return statements;
}

Mseq unread_from(const PositionRow& position, const MembershipRow& membership) {
    return membership.unread_from > 0 ? membership.unread_from : position.read_mseq + 1;
}

Result<void> count_unread(Reading reading, std::span<const UnreadKey> keys, Time now,
                          std::vector<std::pair<std::int64_t, std::uint32_t>>& counts) {
    for (const UnreadKey& key : keys) {
        reading.keys.row(key.no, key.from, key.user, now, limits::unread_count);
    }
    return reading.run(count, [&](const Row& row) {
        Columns columns(row);
        const std::int64_t no = columns.number();
        counts.emplace_back(no, static_cast<std::uint32_t>(columns.number()));
    });
}

Result<void> read_list(Reading reading, const ListQuery& query, Items& items) {
    if (auto done = read_rows(reading, query, items); !done) return done;
    const ByNumber by_number(items);
    if (auto done = add_unread(reading, query, items, by_number); !done) return done;
    if (auto done = add_last_messages(reading, query, items, by_number); !done) return done;
    return add_members(reading, items, by_number);
}

}  // namespace whispr::sql
