#include <algorithm>
#include <tuple>

#include "memory_concepts.hpp"

namespace whispr::memory {

namespace {

/// Whether all of the words are among a message's, each from its beginning.
bool matches(const std::string& words, const std::vector<std::string>& wanted) {
    const std::string text = " " + words;
    return std::all_of(wanted.begin(), wanted.end(), [&](const std::string& word) {
        return text.find(" " + word) != std::string::npos;
    });
}

SearchCursor newest(const ConversationTable& table) {
    return {table.row.id, table.row.eseq, table.row.mseq};
}

bool is_behind(const ConversationTable& table) {
    return table.indexed.eseq < table.row.eseq || table.indexed.mseq < table.row.mseq;
}

/// Whether a search of the user looks into it.
bool is_searched(const ConversationTable& table, UserId reader,
                 const std::optional<std::int64_t>& no) {
    const auto own = table.members.find(reader);
    if (own == table.members.end() || !own->second.member.active) return false;
    if (no) return *no == table.row.no;
    return table.row.active && own->second.membership.hidden_mseq < table.row.mseq;
}

bool is_found(const ConversationTable& table, const FindConversations& query) {
    if (!is_searched(table, query.user, {})) return false;
    if (!query.with) return table.row.type == ConversationType::group;
    const auto other = table.members.find(*query.with);
    return other != table.members.end() && other->second.member.active;
}

class Reader final : public SearchReader {
 public:
    explicit Reader(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

    Result<std::vector<UnindexedConversation>> unindexed(std::int64_t after,
                                                         std::size_t limit) override {
        std::vector<UnindexedConversation> behind;
        const Lock lock(shared_->mutex);
        const auto& conversations = shared_->tables.conversations;
        for (auto at = conversations.upper_bound(after);
             at != conversations.end() && behind.size() < limit; ++at) {
            if (is_behind(at->second)) behind.push_back({at->first, newest(at->second)});
        }
        return behind;
    }

    Result<std::vector<UnindexedConversation>> unindexed_of(
        UserId reader, std::optional<std::int64_t> no) override {
        std::vector<UnindexedConversation> behind;
        const Lock lock(shared_->mutex);
        for (const auto& [number, table] : shared_->tables.conversations) {
            if (is_searched(table, reader, no) && is_behind(table)) {
                behind.push_back({number, newest(table)});
            }
        }
        return behind;
    }

    Result<UnindexedMessages> unindexed_messages(ConversationId conversation,
                                                 std::size_t limit) override {
        UnindexedMessages messages;
        const Lock lock(shared_->mutex);
        const ConversationTable* const table = memory::find(shared_->tables, conversation);
        if (!table) return messages;
        messages.newest = newest(*table);
        messages.indexed = table->indexed;
        messages.indexed.conversation = conversation;
        for (const auto& [mseq, row] : table->messages) {
            if (mseq > table->indexed.mseq) break;
            if (row.last_eseq > table->indexed.eseq) messages.changed.push_back(row);
        }
        std::sort(messages.changed.begin(), messages.changed.end(),
                  [](const auto& a, const auto& b) { return a.last_eseq < b.last_eseq; });
        if (messages.changed.size() > limit) messages.changed.resize(limit);
        for (auto at = table->messages.upper_bound(table->indexed.mseq);
             at != table->messages.end() &&
             messages.changed.size() + messages.created.size() < limit;
             ++at) {
            messages.created.push_back(at->second);
        }
        return messages;
    }

    Result<std::vector<MessageKey>> search(const SearchQuery& query) override {
        std::vector<std::pair<Time, MessageKey>> found;
        const Lock lock(shared_->mutex);
        for (const auto& [no, table] : shared_->tables.conversations) {
            if (!is_searched(table, query.reader, query.no)) continue;
            for (const auto& [mseq, words] : table.words) {
                const MessageRow& row = table.messages.at(mseq);
                if (matches(words, query.words) && visible(table, row, query.reader, query.now) &&
                    (!query.before || row.sent_at < *query.before)) {
                    found.emplace_back(row.sent_at, MessageKey{no, mseq});
                }
            }
        }
        std::sort(found.rbegin(), found.rend());
        std::vector<MessageKey> keys;
        for (std::size_t i = query.offset; i < found.size() && keys.size() < query.limit; ++i)
            keys.push_back(found[i].second);
        return keys;
    }

    Result<std::vector<ConversationRow>> find(const FindConversations& query) override {
        std::vector<ConversationRow> rows;
        const Lock lock(shared_->mutex);
        for (const auto& [no, table] : shared_->tables.conversations) {
            if (is_found(table, query)) rows.push_back(table.row);
        }
        std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
            return std::tie(a.updated_at, a.no) > std::tie(b.updated_at, b.no);
        });
        const auto skipped = static_cast<std::ptrdiff_t>(std::min(query.offset, rows.size()));
        rows.erase(rows.begin(), rows.begin() + skipped);
        if (rows.size() > query.limit) rows.resize(query.limit);
        return rows;
    }

 private:
    const std::shared_ptr<Shared> shared_;
};

}  // namespace

Result<void> check_search(const Tables&, const ChangeSet&) {
    return {};
}

void apply_search(Tables& tables, const ChangeSet& changes) {
    for (const MessageWords& row : changes.search.words) {
        auto& words = table_of(tables, row.conversation).words;
        if (row.words.empty()) {
            words.erase(row.mseq);
        } else {
            words[row.mseq] = row.words;
        }
    }
    for (const SearchCursor& cursor : changes.search.cursors) {
        table_of(tables, cursor.conversation).indexed = cursor;
    }
}

std::unique_ptr<SearchReader> make_search_reader(std::shared_ptr<Shared> shared) {
    return std::make_unique<Reader>(std::move(shared));
}

}  // namespace whispr::memory
