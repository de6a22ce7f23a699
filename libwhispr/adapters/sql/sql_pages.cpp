// History by page. A page is at most four statements: its messages, those that they answer and that
// are not among them, their reactions, and the members' positions; one more where it is cut by
// time.
#include <algorithm>
#include <array>
#include <functional>
#include <tuple>
#include <utility>

#include "batch.hpp"
#include "sql_reader.hpp"
#include "sql_rows.hpp"
#include "whispr/limits.hpp"

namespace whispr::sql {

namespace {

// The newest message that was sent before a moment, and the newest that was sent until one, by
// halving: sent_at rises with the number, so no index on it is needed. It begins with steps of
// 2^30.
constexpr Statement find_bounds{
    "find the bounds of a page", "no bigint, sent_before bigint, sent_upto bigint",
    "SELECT CASE WHEN $sent_before IS NOT NULL THEN (WITH RECURSIVE f(lo, step) AS ("
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

// Whether the reader has hidden anything here is asked once; most have not.
constexpr Statement read_newest{
    "read the newest messages",
    "no bigint, lo bigint, hi bigint, reader uuid, present bigint, max_rows bigint",
    "SELECT {message} FROM {keys} {lateral} (SELECT * FROM messages m "
    "WHERE {messages m; $no; $lo; $hi} AND NOT m.deleted "
    "AND (NOT m.shadowed OR m.sender = $reader) AND (m.expires_at IS NULL OR m.expires_at > "
    "$present) "
    "AND (NOT EXISTS (SELECT 1 FROM hidden_messages h WHERE h.user_id = $reader AND h.no = $no) "
    "OR NOT EXISTS (SELECT 1 FROM hidden_messages h "
    "WHERE h.user_id = $reader AND h.no = $no AND h.mseq = {mseq m})) "
    "ORDER BY {newest m} LIMIT $max_rows) m {still_newest m}"};

constexpr Statement read_oldest{
    "read the oldest messages",
    "no bigint, lo bigint, hi bigint, reader uuid, present bigint, max_rows bigint",
    "SELECT {message} FROM {keys} {lateral} (SELECT * FROM messages m "
    "WHERE {messages m; $no; $lo; $hi} AND NOT m.deleted "
    "AND (NOT m.shadowed OR m.sender = $reader) AND (m.expires_at IS NULL OR m.expires_at > "
    "$present) "
    "AND (NOT EXISTS (SELECT 1 FROM hidden_messages h WHERE h.user_id = $reader AND h.no = $no) "
    "OR NOT EXISTS (SELECT 1 FROM hidden_messages h "
    "WHERE h.user_id = $reader AND h.no = $no AND h.mseq = {mseq m})) "
    "ORDER BY {oldest m} LIMIT $max_rows) m {still_oldest m}"};

// The system user sees everything.
constexpr Statement read_named{
    "read named messages", "no bigint, mseq bigint, reader uuid, system_user uuid",
    "SELECT {message} FROM {keys} messages m WHERE {message m; $no; $mseq} "
    "AND (NOT m.shadowed OR m.sender = $reader OR $reader = $system_user) AND NOT EXISTS (SELECT 1 "
    "FROM hidden_messages h "
    "WHERE h.user_id = $reader AND h.no = $no AND h.mseq = $mseq)"};

// Of the newest messages those that were created or changed since. What was created since and lies
// further back has as many created after it as are told at most, so it need not be found; what was
// changed may lie anywhere, and has an index of its own.
constexpr Statement find_newest_since{
    "find what is new among the newest messages", "no bigint, since bigint, max_rows bigint",
    "SELECT m.mseq FROM {keys} {lateral} (SELECT {mseq n} AS mseq, n.last_eseq FROM messages n "
    "WHERE {messages n; $no; 1; 4294967295} ORDER BY {newest n} LIMIT $max_rows) m "
    "WHERE m.last_eseq > $since"};

constexpr Statement find_changed_since{
    "find changed messages", "no bigint, since bigint, max_rows bigint",
    "SELECT {mseq m} FROM {keys} {lateral} (SELECT * FROM messages m "
    "WHERE {no m} = $no AND m.updated_at > m.sent_at AND m.last_eseq > $since "
    "ORDER BY m.last_eseq LIMIT $max_rows) m"};

constexpr Statement read_changed_members{
    "read changed members", "no bigint, since bigint",
    "SELECT {member} FROM {keys} members m WHERE m.no = $no AND m.last_eseq > $since "
    "ORDER BY m.last_eseq"};

constexpr Statement read_replied{
    "read answered messages", "no bigint, mseq bigint",
    "SELECT {message} FROM {keys} messages m WHERE {message m; $no; $mseq}"};

constexpr Statement read_reactions{
    "read reactions", "no bigint, lo bigint, hi bigint",
    "SELECT {reaction} FROM {keys} reactions r WHERE {messages r; $no; $lo; $hi} "
    "ORDER BY {oldest r}"};

constexpr Statement read_reactions_of{
    "read reactions of named messages", "no bigint, mseq bigint",
    "SELECT {reaction} FROM {keys} reactions r WHERE {message r; $no; $mseq}"};

// A row without a member where there are too many of them to tell how far each has come.
constexpr Statement read_positions{
    "read positions", "no bigint, most_members bigint",
    "SELECT c.id, {position} FROM {keys} conversations c LEFT JOIN members m "
    "ON c.member_count <= $most_members AND m.no = c.no AND m.active WHERE c.no = $no"};

constexpr std::array statements{&read_changed_members, &find_newest_since, &find_changed_since,
                                &find_bounds,          &read_newest,       &read_oldest,
                                &read_named,           &read_replied,      &read_reactions,
                                &read_reactions_of,    &read_positions};

struct Bounds {
    Mseq lo = 1;
    Mseq hi = last_mseq;
};

Result<Bounds> bounds_of(Reading reading, const PageQuery& query) {
    Bounds bounds;
    if (query.before || query.after) {
        reading.keys.row(query.no, query.before, query.after);
        const auto done = reading.run(find_bounds, [&](const Row& row) {
            Columns columns(row);
            if (const auto before = columns.optional_number()) bounds.hi = *before;
            if (const auto upto = columns.optional_number()) bounds.lo = *upto + 1;
        });
        if (!done) return done.error();
    }
    // Clamped first: the numbers come from outside.
    if (query.before_mseq) {
        bounds.hi = std::min(bounds.hi, std::max<Mseq>(*query.before_mseq, 1) - 1);
    }
    if (query.after_mseq) {
        bounds.lo = std::max(bounds.lo, std::min(*query.after_mseq, last_mseq) + 1);
    }
    return bounds;
}

/// The page's message of that number, or null. The page is in order of the numbers, either way.
const MessageRow* find(const std::vector<MessageRow>& messages, Mseq mseq) {
    const bool rising = messages.front().mseq < messages.back().mseq;
    const auto found = std::lower_bound(messages.begin(), messages.end(), mseq,
                                        [rising](const MessageRow& row, Mseq wanted) {
                                            return rising ? row.mseq < wanted : row.mseq > wanted;
                                        });
    return found != messages.end() && found->mseq == mseq ? &*found : nullptr;
}

/// Shadowed ones stand for nothing to anybody but their sender.
Result<void> add_replied(Reading reading, std::int64_t no, UserId reader, PageRows& page) {
    std::vector<Mseq> named;
    for (const MessageRow& message : page.messages) {
        if (message.reply_to_mseq != 0) named.push_back(message.reply_to_mseq);
    }
    std::sort(named.begin(), named.end());
    named.erase(std::unique(named.begin(), named.end()), named.end());
    for (const Mseq mseq : named) {
        if (const MessageRow* const shown = find(page.messages, mseq)) {
            page.replied.push_back(*shown);
        } else {
            reading.keys.row(no, mseq);
        }
    }
    return reading.run(read_replied, [&](const Row& row) {
        Columns columns(row);
        MessageRow replied = read_message(columns).second;
        const bool told = !replied.shadowed || replied.sender == reader || reader == system_user;
        if (told) page.replied.push_back(std::move(replied));
    });
}

/// Reactions in one range where the messages follow each other, message by message where they do
/// not.
Result<void> add_reactions(Reading reading, std::int64_t no, Nearness nearness, PageRows& page) {
    if (nearness == Nearness::together) {
        const auto [lo, hi] = std::minmax(page.messages.front().mseq, page.messages.back().mseq);
        reading.keys.row(no, lo, hi);
    } else {
        for (const MessageRow& message : page.messages)
            reading.keys.row(no, message.mseq);
    }
    const Statement& statement =
        nearness == Nearness::together ? read_reactions : read_reactions_of;
    // Those of messages that lie between the page's, but are not shown, are left out.
    Mseq last = 0;
    bool shown = false;
    const auto done = reading.run(statement, [&](const Row& row) {
        Columns columns(row);
        auto numbered = read_reaction(columns);
        const Mseq mseq = numbered.second.mseq;
        if (std::exchange(last, mseq) != mseq) shown = find(page.messages, mseq) != nullptr;
        if (shown) page.reactions.push_back(std::move(numbered));
    });
    std::sort(page.reactions.begin(), page.reactions.end(), [](const auto& a, const auto& b) {
        return std::tie(a.second.mseq, a.second.created_at, a.second.id) <
               std::tie(b.second.mseq, b.second.created_at, b.second.id);
    });
    return done;
}

/// What is shown beside the page's messages.
Result<void> complete(Reading reading, std::int64_t no, UserId reader, Nearness nearness,
                      PageRows& page) {
    if (auto done = add_replied(reading, no, reader, page); !done) return done;
    if (auto done = add_reactions(reading, no, nearness, page); !done) return done;
    if (auto done = add_attachments(reading, no, nearness, page); !done) return done;
    ConversationId conversation;
    reading.keys.row(no, limits::receipts_members);
    const auto done = reading.run(read_positions, [&](const Row& row) {
        Columns columns(row);
        columns.id(conversation);
        if (!columns.next_is_null()) page.positions.push_back(read_position(columns));
    });
    for (MessageRow& message : page.messages)
        message.conversation = conversation;
    for (MessageRow& message : page.replied)
        message.conversation = conversation;
    return done;
}

}  // namespace

std::span<const Statement* const> page_statements() noexcept {
    return statements;
}

Result<void> read_page(Reading reading, const PageQuery& query, PageRows& page) {
    const Result<Bounds> bounds = bounds_of(reading, query);
    if (!bounds) return bounds.error();
    if (bounds->lo > bounds->hi || query.limit == 0) return {};
    const bool rising = query.after || query.after_mseq;
    reading.keys.row(query.no, bounds->lo, bounds->hi, query.reader, query.now, query.limit);
    page.messages.reserve(std::min(query.limit, limits::page_rows + 1));
    auto done = reading.run(rising ? read_oldest : read_newest, [&](const Row& row) {
        Columns columns(row);
        page.messages.push_back(read_message(columns).second);
    });
    if (!done || page.messages.empty()) return done;
    done = complete(reading, query.no, query.reader, Nearness::together, page);
    if (rising) std::reverse(page.messages.begin(), page.messages.end());
    return done;
}

Result<void> read_messages(Reading reading, std::int64_t no, std::vector<Mseq> mseqs, UserId reader,
                           PageRows& page) {
    std::sort(mseqs.begin(), mseqs.end(), std::greater<>());
    mseqs.erase(std::unique(mseqs.begin(), mseqs.end()), mseqs.end());
    for (const Mseq mseq : mseqs) {
        // Beyond this a number would be taken for a message of another conversation.
        if (mseq >= 1 && mseq <= last_mseq) reading.keys.row(no, mseq, reader, system_user);
    }
    const auto done = reading.run(read_named, [&](const Row& row) {
        Columns columns(row);
        page.messages.push_back(read_message(columns).second);
    });
    if (!done || page.messages.empty()) return done;
    std::sort(page.messages.begin(), page.messages.end(),
              [](const MessageRow& a, const MessageRow& b) { return a.mseq > b.mseq; });
    return complete(reading, no, reader, Nearness::scattered, page);
}

Result<void> read_changes(Reading reading, const ChangesQuery& query, ChangeRows& changes) {
    std::vector<Mseq> mseqs;
    const auto limit = query.limit + 1;
    if (query.members) reading.keys.row(query.no, query.since);
    auto done = reading.run(read_changed_members, [&](const Row& row) {
        Columns columns(row);
        changes.members.push_back(read_member(columns).first);
    });
    if (!done) return done;
    reading.keys.row(query.no, query.since, limit);
    done = reading.run(find_newest_since, [&](const Row& row) { mseqs.push_back(row.number(0)); });
    if (!done) return done;
    reading.keys.row(query.no, query.since, limit);
    done = reading.run(find_changed_since, [&](const Row& row) { mseqs.push_back(row.number(0)); });
    if (!done) return done;
    std::sort(mseqs.begin(), mseqs.end());
    mseqs.erase(std::unique(mseqs.begin(), mseqs.end()), mseqs.end());
    changes.complete = mseqs.size() <= query.limit;
    if (!changes.complete) return {};
    PageRows all;
    if (done = read_messages(reading, query.no, mseqs, system_user, all); !done) return done;
    PageRows visible;
    if (done = read_messages(reading, query.no, mseqs, query.reader, visible); !done) return done;
    std::erase_if(visible.messages, [&](const MessageRow& row) {
        return !row.deleted && row.expires_at && *row.expires_at <= query.now;
    });
    for (const MessageRow& row : all.messages) {
        // Of another's shadowed one not even the id is told.
        if (row.shadowed && row.sender != query.reader) continue;
        if (visible.messages.empty() || find(visible.messages, row.mseq) == nullptr) {
            changes.hidden.push_back(row.id);
        }
    }
    changes.page = std::move(visible);
    return {};
}

}  // namespace whispr::sql
