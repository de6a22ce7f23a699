// The index of words: SQLite's full-text search, PostgreSQL's tsvector. Both get words that the
// engine has made, and have no language of their own.
//
// A word is stored behind the number of its conversation ("42xhello"). A search in one conversation
// reads its own entries alone, whatever the others hold, and one in all of them walks them one by
// one, latest message first, until no older conversation can add to the page.
#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "sql_concepts.hpp"
#include "sql_rows.hpp"

namespace whispr::sql {

namespace {

constexpr Statement find_unindexed{
    "find conversations to index", "beyond bigint, max_rows bigint",
    "SELECT x.no, x.id, x.eseq, x.mseq FROM {keys} {lateral} ("
    "SELECT c.no, c.id, c.eseq, c.mseq FROM conversations c "
    "LEFT JOIN search_cursors i ON i.no = c.no WHERE c.no > $beyond "
    "AND (i.no IS NULL OR i.eseq < c.eseq OR i.mseq < c.mseq) ORDER BY c.no LIMIT $max_rows) x "
    "ORDER BY x.no"};

// What a search of all conversations leaves out is the same in both statements.
constexpr Statement find_unindexed_of{
    "find a user's conversations to index", "user_id uuid, wanted bigint",
    "SELECT c.no, c.id, c.eseq, c.mseq FROM {keys} memberships s "
    "JOIN conversations c ON c.no = s.no LEFT JOIN search_cursors i ON i.no = c.no "
    "WHERE s.user_id = $user_id AND s.active AND (c.no = $wanted "
    "OR ($wanted IS NULL AND c.active AND s.hidden_mseq < c.mseq)) "
    "AND (i.no IS NULL OR i.eseq < c.eseq OR i.mseq < c.mseq)"};

constexpr Statement find_searched{
    "find the conversations of a search", "user_id uuid, wanted bigint",
    "SELECT c.no, c.last_sent_at FROM {keys} memberships s JOIN conversations c ON c.no = s.no "
    "WHERE s.user_id = $user_id AND s.active AND (c.no = $wanted "
    "OR ($wanted IS NULL AND c.active AND s.hidden_mseq < c.mseq)) "
    "ORDER BY c.last_sent_at DESC, c.no DESC"};

constexpr Statement read_cursor{
    "read how far a conversation is indexed", "id uuid",
    "SELECT c.no, c.eseq, c.mseq, coalesce(i.eseq, 0), coalesce(i.mseq, 0) "
    "FROM {keys} conversations c LEFT JOIN search_cursors i ON i.no = c.no WHERE c.id = $id"};

constexpr Statement read_changed{
    "read changed messages to index", "no bigint, since bigint, upto bigint, max_rows bigint",
    "SELECT {message} FROM {keys} {lateral} (SELECT * FROM messages m "
    "WHERE {no m} = $no AND m.updated_at > m.sent_at AND m.last_eseq > $since "
    "AND {mseq m} <= $upto ORDER BY m.last_eseq LIMIT $max_rows) m ORDER BY m.last_eseq"};

constexpr Statement read_created{
    "read created messages to index", "no bigint, beyond bigint, max_rows bigint",
    "SELECT {message} FROM {keys} {lateral} (SELECT * FROM messages m "
    "WHERE {messages m; $no; $beyond + 1; 4294967295} ORDER BY {oldest m} LIMIT $max_rows) m "
    "{still_oldest m}"};

constexpr Statement find_groups{
    "find groups", "user_id uuid, type small, max_rows bigint, skipped bigint",
    "SELECT {conversation} FROM {keys} {lateral} (SELECT s.no FROM memberships s "
    "JOIN conversations c ON c.no = s.no WHERE s.user_id = $user_id AND s.active AND c.active "
    "AND s.hidden_mseq < c.mseq AND c.type = $type ORDER BY c.updated_at DESC, c.no DESC "
    "LIMIT $max_rows OFFSET $skipped) x JOIN conversations c ON c.no = x.no "
    "ORDER BY c.updated_at DESC, c.no DESC"};

constexpr Statement find_with{
    "find conversations with a member",
    "user_id uuid, other_id uuid, max_rows bigint, skipped bigint",
    "SELECT {conversation} FROM {keys} {lateral} (SELECT s.no FROM memberships s "
    "JOIN conversations c ON c.no = s.no JOIN memberships o ON o.user_id = $other_id "
    "AND o.no = s.no AND o.active WHERE s.user_id = $user_id AND s.active AND c.active "
    "AND s.hidden_mseq < c.mseq ORDER BY c.updated_at DESC, c.no DESC "
    "LIMIT $max_rows OFFSET $skipped) x JOIN conversations c ON c.no = x.no "
    "ORDER BY c.updated_at DESC, c.no DESC"};

constexpr Statement set_cursors{
    "set how far conversations are indexed", "no bigint, eseq bigint, mseq bigint",
    "INSERT INTO search_cursors (no, eseq, mseq) {values} $no, $eseq, $mseq {/values} "
    "ON CONFLICT (no) DO UPDATE SET eseq = excluded.eseq, mseq = excluded.mseq"};

constexpr Statement remove_words{
    "remove words", "no bigint, mseq bigint",
    "DELETE FROM message_words {using_keys} WHERE {words_of message_words; $no; $mseq}"};

constexpr Statement add_words{"add words", "no bigint, mseq bigint, words text",
                              "INSERT INTO message_words ({words_key}, words) "
                              "{values} {key $no; $mseq}, {words $words} {/values}"};

// The words come first: they are few, and give the messages in order.
constexpr Statement match_words{
    "search words",
    "no bigint, words text, reader uuid, present bigint, sent_before bigint, max_rows bigint",
    "SELECT x.mseq, x.sent_at FROM {keys} {lateral} (SELECT {mseq m} AS mseq, m.sent_at "
    "FROM message_words w CROSS JOIN messages m WHERE {matches w; $words} AND {words_are_of w; m} "
    "AND {messages m; $no; 1; 4294967295} AND NOT m.deleted "
    "AND (NOT m.shadowed OR m.sender = $reader) "
    "AND (m.expires_at IS NULL OR m.expires_at > $present) "
    "AND ($sent_before IS NULL OR m.sent_at < $sent_before) "
    "AND NOT EXISTS (SELECT 1 FROM hidden_messages h "
    "WHERE h.user_id = $reader AND h.no = $no AND h.mseq = {mseq m}) "
    "ORDER BY {newest_words w} LIMIT $max_rows) x"};

constexpr std::array statements{&find_unindexed, &find_unindexed_of, &find_searched, &read_cursor,
                                &read_changed,   &read_created,      &find_groups,   &find_with,
                                &set_cursors,    &remove_words,      &add_words,     &match_words};

std::string behind_number(std::int64_t no, std::string_view word) {
    return std::to_string(no).append("x").append(word);
}

/// In the quotes of PostgreSQL's own form of words.
std::string quoted(std::string_view text) {
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') quoted += c;
        quoted += c;
    }
    return quoted += "'";
}

std::string stored_words(std::int64_t no, std::string_view words, Dialect dialect) {
    std::string stored;
    while (!words.empty()) {
        const std::size_t end = std::min(words.find(' '), words.size());
        const std::string word = behind_number(no, words.substr(0, end));
        if (!stored.empty()) stored += ' ';
        stored += dialect == Dialect::postgres ? quoted(word) : word;
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return stored;
}

/// Whether the engine makes such words. Another one stands in no message, and a database would look
/// for something else: a part of it, or several.
bool is_word(const std::string& word) {
    return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
    });
}

/// Every word in quotes, so that nothing in it means anything to the database, and as a beginning.
/// Requires: they are words.
std::string match_expression(std::int64_t no, const std::vector<std::string>& words,
                             Dialect dialect) {
    std::string expression;
    for (const std::string& word : words) {
        const std::string whole = behind_number(no, word);
        if (dialect == Dialect::postgres) {
            expression.append(expression.empty() ? "" : " & ").append(quoted(whole)).append(":*");
        } else {
            expression.append(expression.empty() ? "\"" : " \"").append(whole).append("\" *");
        }
    }
    return expression;
}

struct Match {
    Time sent_at;
    MessageKey key;

    friend bool operator<(const Match& a, const Match& b) {
        return std::tie(a.sent_at, a.key) > std::tie(b.sent_at, b.key);  // newest first
    }
};

/// Keeps the newest `size` matches.
class Newest {
 public:
    explicit Newest(std::size_t size) : size_(size) {}

    void add(const std::vector<Match>& more) {
        matches_.insert(matches_.end(), more.begin(), more.end());
        std::sort(matches_.begin(), matches_.end());
        if (matches_.size() > size_) matches_.resize(size_);
    }
    /// Whether nothing that was sent until `newest` can be among them.
    [[nodiscard]] bool closed_to(Time newest) const {
        return matches_.size() == size_ && matches_.back().sent_at > newest;
    }
    [[nodiscard]] std::vector<MessageKey> after(std::size_t offset) const {
        std::vector<MessageKey> keys;
        for (std::size_t i = offset; i < matches_.size(); ++i)
            keys.push_back(matches_[i].key);
        return keys;
    }

 private:
    const std::size_t size_;
    std::vector<Match> matches_;
};

Result<std::vector<UnindexedConversation>> read_behind(Reading reading,
                                                       const Statement& statement) {
    std::vector<UnindexedConversation> behind;
    const auto done = reading.run(statement, [&](const Row& row) {
        Columns columns(row);
        UnindexedConversation& one = behind.emplace_back();
        one.no = columns.number();
        columns.id(one.newest.conversation);
        one.newest.eseq = columns.number();
        one.newest.mseq = columns.number();
    });
    if (!done) return done.error();
    return behind;
}

Result<void> read_rows(Reading reading, const Statement& statement, ConversationId conversation,
                       std::vector<MessageRow>& rows) {
    return reading.run(statement, [&](const Row& row) {
        Columns columns(row);
        rows.push_back(read_message(columns).second);
        rows.back().conversation = conversation;
    });
}

class Reader final : public SearchReader {
 public:
    explicit Reader(Reading reading) : reading_(reading) {}

    Result<std::vector<UnindexedConversation>> unindexed(std::int64_t after,
                                                         std::size_t limit) override {
        reading_.keys.row(after, limit);
        return read_behind(reading_, find_unindexed);
    }

    Result<std::vector<UnindexedConversation>> unindexed_of(
        UserId reader, std::optional<std::int64_t> no) override {
        reading_.keys.row(reader, no);
        return read_behind(reading_, find_unindexed_of);
    }

    Result<UnindexedMessages> unindexed_messages(ConversationId conversation,
                                                 std::size_t limit) override {
        return snapshot<UnindexedMessages>(reading_, [&](UnindexedMessages& messages) {
            return read_unindexed(conversation, limit, messages);
        });
    }

    Result<std::vector<MessageKey>> search(const SearchQuery& query) override {
        return snapshot<std::vector<MessageKey>>(
            reading_, [&](std::vector<MessageKey>& keys) { return search_words(query, keys); });
    }

    Result<std::vector<ConversationRow>> find(const FindConversations& query) override {
        std::vector<ConversationRow> rows;
        if (query.with) {
            reading_.keys.row(query.user, *query.with, query.limit, query.offset);
        } else {
            reading_.keys.row(query.user, ConversationType::group, query.limit, query.offset);
        }
        const auto done = reading_.run(query.with ? find_with : find_groups, [&](const Row& row) {
            Columns columns(row);
            rows.push_back(read_conversation(columns));
        });
        if (!done) return done.error();
        return rows;
    }

 private:
    Result<void> read_unindexed(ConversationId conversation, std::size_t limit,
                                UnindexedMessages& messages) {
        std::int64_t no = 0;
        reading_.keys.row(conversation);
        auto done = reading_.run(read_cursor, [&](const Row& row) {
            Columns columns(row);
            no = columns.number();
            messages.newest = {conversation, columns.number(), 0};
            messages.newest.mseq = columns.number();
            messages.indexed = {conversation, columns.number(), 0};
            messages.indexed.mseq = columns.number();
        });
        if (!done || no == 0) return done;
        const SearchCursor& indexed = messages.indexed;
        if (indexed.mseq > 0 && indexed.eseq < messages.newest.eseq) {
            reading_.keys.row(no, indexed.eseq, indexed.mseq, limit);
            done = read_rows(reading_, read_changed, conversation, messages.changed);
        }
        const std::size_t room = limit - std::min(limit, messages.changed.size());
        if (!done || room == 0 || indexed.mseq >= messages.newest.mseq) return done;
        reading_.keys.row(no, indexed.mseq, room);
        return read_rows(reading_, read_created, conversation, messages.created);
    }

    Result<void> search_words(const SearchQuery& query, std::vector<MessageKey>& keys) {
        if (!std::all_of(query.words.begin(), query.words.end(), is_word)) return {};
        std::vector<std::pair<std::int64_t, Time>> conversations;
        reading_.keys.row(query.reader, query.no);
        const auto done = reading_.run(find_searched, [&](const Row& row) {
            Columns columns(row);
            const std::int64_t no = columns.number();
            conversations.emplace_back(no, columns.time());
        });
        if (!done) return done;
        Newest newest(query.offset + query.limit);
        for (const auto& [no, last_sent_at] : conversations) {
            // Those that follow have sent their last message still earlier.
            if (newest.closed_to(last_sent_at)) break;
            const std::string expression =
                match_expression(no, query.words, reading_.connection.dialect());
            std::vector<Match> matches;
            reading_.keys.row(no, expression, query.reader, query.now, query.before,
                              query.offset + query.limit);
            const auto matched = reading_.run(match_words, [&, no = no](const Row& row) {
                matches.push_back({Time{Time::duration{row.number(1)}}, {no, row.number(0)}});
            });
            if (!matched) return matched;
            newest.add(matches);
        }
        keys = newest.after(query.offset);
        return {};
    }

    Reading reading_;
};

}  // namespace

void write_search(Batch& batch, const ChangeSet& changes) {
    for (const MessageWords& row : changes.search.words)
        batch.keys.row(batch.held.number(row.conversation), row.mseq);
    batch.ask(remove_words);
    std::vector<std::string> words;
    words.reserve(changes.search.words.size());
    for (const MessageWords& row : changes.search.words) {
        if (row.words.empty()) continue;
        const std::int64_t no = batch.held.number(row.conversation);
        words.push_back(stored_words(no, row.words, batch.connection.dialect()));
        batch.keys.row(no, row.mseq, words.back());
    }
    batch.ask(add_words);
    for (const SearchCursor& cursor : changes.search.cursors) {
        batch.keys.row(batch.held.number(cursor.conversation), cursor.eseq, cursor.mseq);
    }
    batch.ask(set_cursors);
}

std::unique_ptr<SearchReader> make_search_reader(Reading reading) {
    return std::make_unique<Reader>(reading);
}

std::span<const Statement* const> search_statements() noexcept {
    return statements;
}

}  // namespace whispr::sql
