// History by page. A page is at most five statements: the conversation with the bounds of the page,
// its messages, what they answer, their reactions, and the members' positions.
#include <algorithm>
#include <array>
#include <tuple>

#include "batch.hpp"
#include "sql_reader.hpp"
#include "sql_rows.hpp"
#include "whispr/limits.hpp"

namespace whispr::sql {

namespace {

// The last two columns find the newest message that was sent before a moment, by halving: sent_at
// rises with the number, so no index on it is needed. It begins with steps of 2^30.
constexpr Statement find_bounds{
    "find the bounds of a page", "no bigint, reader uuid, sent_before bigint, sent_upto bigint",
    "SELECT c.id, c.mseq, c.member_count, EXISTS (SELECT 1 FROM hidden_messages h "
    "WHERE h.user_id = $reader AND h.no = $no), "
    "CASE WHEN $sent_before IS NOT NULL THEN (WITH RECURSIVE f(lo, step) AS ("
    "SELECT n.floor_mseq, CAST(1073741824 AS BIGINT) FROM conversations n WHERE n.no = $no "
    "UNION ALL SELECT CASE WHEN (SELECT m.sent_at FROM messages m "
    "WHERE {message m; $no; (f.lo + f.step)}) < $sent_before THEN f.lo + f.step ELSE f.lo END, "
    "f.step / 2 FROM f WHERE f.step > 0) SELECT max(f.lo) FROM f) END, "
    "CASE WHEN $sent_upto IS NOT NULL THEN (WITH RECURSIVE f(lo, step) AS ("
    "SELECT n.floor_mseq, CAST(1073741824 AS BIGINT) FROM conversations n WHERE n.no = $no "
    "UNION ALL SELECT CASE WHEN (SELECT m.sent_at FROM messages m "
    "WHERE {message m; $no; (f.lo + f.step)}) <= $sent_upto THEN f.lo + f.step ELSE f.lo END, "
    "f.step / 2 FROM f WHERE f.step > 0) SELECT max(f.lo) FROM f) END "
    "FROM {keys} conversations c WHERE c.no = $no"};

constexpr Statement read_newest{
    "read the newest messages",
    "no bigint, lo bigint, hi bigint, reader uuid, has_hidden bool, present bigint, "
    "max_rows bigint",
    "SELECT {message} FROM {keys} {lateral} (SELECT * FROM messages m "
    "WHERE {messages m; $no; $lo; $hi} AND NOT m.deleted "
    "AND (m.expires_at IS NULL OR m.expires_at > $present) "
    "AND (NOT $has_hidden OR NOT EXISTS (SELECT 1 FROM hidden_messages h "
    "WHERE h.user_id = $reader AND h.no = $no AND h.mseq = {mseq m})) "
    "ORDER BY {newest m} LIMIT $max_rows) m ORDER BY {newest m}"};

constexpr Statement read_oldest{
    "read the oldest messages",
    "no bigint, lo bigint, hi bigint, reader uuid, has_hidden bool, present bigint, "
    "max_rows bigint",
    "SELECT {message} FROM {keys} {lateral} (SELECT * FROM messages m "
    "WHERE {messages m; $no; $lo; $hi} AND NOT m.deleted "
    "AND (m.expires_at IS NULL OR m.expires_at > $present) "
    "AND (NOT $has_hidden OR NOT EXISTS (SELECT 1 FROM hidden_messages h "
    "WHERE h.user_id = $reader AND h.no = $no AND h.mseq = {mseq m})) "
    "ORDER BY {oldest m} LIMIT $max_rows) m ORDER BY {oldest m}"};

constexpr Statement read_message_of{
    "read a message", "no bigint, mseq bigint, reader uuid",
    "SELECT {message} FROM {keys} messages m WHERE {message m; $no; $mseq} "
    "AND NOT EXISTS (SELECT 1 FROM hidden_messages h "
    "WHERE h.user_id = $reader AND h.no = $no AND h.mseq = $mseq)"};

constexpr Statement read_replied{
    "read answered messages", "no bigint, mseq bigint",
    "SELECT {message} FROM {keys} messages m WHERE {message m; $no; $mseq}"};

constexpr Statement read_reactions{
    "read reactions", "no bigint, lo bigint, hi bigint",
    "SELECT {reaction} FROM {keys} reactions r WHERE {messages r; $no; $lo; $hi} "
    "ORDER BY {oldest r}, r.created_at, r.id"};

constexpr Statement read_positions{
    "read positions", "no bigint",
    "SELECT {member} FROM {keys} members m WHERE m.no = $no AND m.active"};

constexpr std::array statements{&find_bounds,  &read_newest,    &read_oldest,   &read_message_of,
                                &read_replied, &read_reactions, &read_positions};

struct Bounds {
    ConversationId conversation;
    std::uint32_t member_count = 0;
    bool has_hidden = false;
    Mseq lo = 1;
    Mseq hi = 0;
};

/// The bounds of a conversation that is not there are empty.
Result<Bounds> bounds_of(Reading reading, const PageQuery& query) {
    Bounds bounds;
    reading.keys.row(query.no, query.reader, query.before, query.after);
    const auto done = reading.run(find_bounds, [&](const Row& row) {
        Columns columns(row);
        columns.id(bounds.conversation);
        bounds.hi = columns.number();
        bounds.member_count = static_cast<std::uint32_t>(columns.number());
        bounds.has_hidden = columns.boolean();
        if (const auto before = columns.optional_number()) bounds.hi = std::min(bounds.hi, *before);
        if (const auto upto = columns.optional_number()) bounds.lo = *upto + 1;
    });
    if (!done) return done.error();
    // Clamped first: the numbers come from outside.
    if (query.before_mseq) {
        bounds.hi = std::min(bounds.hi, std::max<Mseq>(*query.before_mseq, 1) - 1);
    }
    if (query.after_mseq) {
        bounds.lo = std::max(bounds.lo, std::min(*query.after_mseq, last_mseq) + 1);
    }
    return bounds;
}

/// What is shown beside the page's messages, which are in order of their numbers, either way.
Result<void> complete(Reading reading, std::int64_t no, const Bounds& bounds, PageRows& page) {
    for (const MessageRow& message : page.messages) {
        const Mseq replied = message.reply_to_mseq;
        const auto same = [replied](const MessageRow& row) { return row.mseq == replied; };
        if (replied == 0 || std::any_of(page.replied.begin(), page.replied.end(), same)) continue;
        page.replied.emplace_back().mseq = replied;
    }
    for (const MessageRow& row : page.replied)
        reading.keys.row(no, row.mseq);
    page.replied.clear();
    auto done = reading.run(read_replied, [&](const Row& row) {
        Columns columns(row);
        page.replied.push_back(read_message(columns).second);
        page.replied.back().conversation = bounds.conversation;
    });
    if (!done) return done;

    const auto [lo, hi] = std::minmax(page.messages.front().mseq, page.messages.back().mseq);
    const bool rising = page.messages.front().mseq == lo;
    reading.keys.row(no, lo, hi);
    // Both are in order: what lies between the page's messages belongs to messages that it does not
    // show.
    std::size_t at = 0;
    done = reading.run(read_reactions, [&](const Row& row) {
        Columns columns(row);
        auto numbered = read_reaction(columns);
        const auto message = [&](std::size_t i) -> Mseq {
            return page.messages[rising ? i : page.messages.size() - 1 - i].mseq;
        };
        while (message(at) < numbered.second.mseq)
            ++at;
        if (message(at) == numbered.second.mseq) page.reactions.push_back(std::move(numbered));
    });
    if (!done || bounds.member_count > limits::receipts_members) return done;

    reading.keys.row(no);
    return reading.run(read_positions, [&](const Row& row) {
        Columns columns(row);
        page.positions.push_back(read_member(columns).second);
    });
}

}  // namespace

std::span<const Statement* const> page_statements() noexcept {
    return statements;
}

Result<void> read_page(Reading reading, const PageQuery& query, PageRows& page) {
    const Result<Bounds> found = bounds_of(reading, query);
    if (!found) return found.error();
    const Bounds& bounds = *found;
    if (bounds.lo > bounds.hi || query.limit == 0) return {};
    const bool rising = query.after || query.after_mseq;
    reading.keys.row(query.no, bounds.lo, bounds.hi, query.reader, bounds.has_hidden, query.now,
                     query.limit);
    page.messages.reserve(std::min(query.limit, limits::page_rows));
    auto done = reading.run(rising ? read_oldest : read_newest, [&](const Row& row) {
        Columns columns(row);
        page.messages.push_back(read_message(columns).second);
        page.messages.back().conversation = bounds.conversation;
    });
    if (!done || page.messages.empty()) return done;
    done = complete(reading, query.no, bounds, page);
    if (rising) std::reverse(page.messages.begin(), page.messages.end());
    return done;
}

Result<void> read_one(Reading reading, std::int64_t no, Mseq mseq, UserId reader, PageRows& page) {
    const PageQuery query{.no = no, .reader = reader};
    const Result<Bounds> found = bounds_of(reading, query);
    if (!found) return found.error();
    if (mseq < 1 || mseq > found->hi) return {};
    reading.keys.row(no, mseq, reader);
    const auto done = reading.run(read_message_of, [&](const Row& row) {
        Columns columns(row);
        page.messages.push_back(read_message(columns).second);
        page.messages.back().conversation = found->conversation;
    });
    if (!done || page.messages.empty()) return done;
    return complete(reading, no, *found, page);
}

}  // namespace whispr::sql
