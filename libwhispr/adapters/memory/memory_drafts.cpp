#include <string>

#include "memory_concepts.hpp"

namespace whispr::memory {

namespace {

Error refused(Errc code, const RowOf<DraftRow>& write, const char* what) {
    return {code,
            "draft of user " + write.row.user.to_string() + " in conversation " +
                write.conversation.to_string() + what,
            {}};
}

const DraftRow* find_draft(const ConversationTable* table, UserId user) {
    if (table == nullptr) return nullptr;
    const auto found = table->drafts.find(user);
    return found == table->drafts.end() ? nullptr : &found->second;
}

class Reader final : public DraftReader {
 public:
    explicit Reader(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

    Result<std::optional<DraftRow>> draft(std::int64_t no, UserId user) override {
        const Lock lock(shared_->mutex);
        const DraftRow* const row = find_draft(find(shared_->tables, no), user);
        return row == nullptr ? std::optional<DraftRow>() : *row;
    }

    Result<std::optional<std::pair<ConversationId, UserId>>> locate_draft(DraftId id) override {
        using Place = std::optional<std::pair<ConversationId, UserId>>;
        const Lock lock(shared_->mutex);
        const auto found = shared_->tables.draft_ids.find(id);
        if (found == shared_->tables.draft_ids.end()) return Place();
        const auto& [no, user] = found->second;
        return Place({shared_->tables.conversations.at(no).row.id, user});
    }

 private:
    const std::shared_ptr<Shared> shared_;
};

}  // namespace

void load_drafts(const Tables& tables, const LoadKeys& keys, Loaded& loaded) {
    for (const MemberKey& key : keys.drafts.of) {
        const DraftRow* const row = find_draft(find(tables, key.no), key.user);
        if (row != nullptr) loaded.drafts.of.emplace_back(key.no, *row);
    }
}

Result<void> check_drafts(const Tables& tables, const ChangeSet& changes) {
    using Key = std::pair<ConversationId, UserId>;
    std::set<Key> removed;
    std::set<DraftId> freed;
    for (const RowOf<DraftRow>& write : changes.drafts.removed) {
        removed.insert({write.conversation, write.row.user});
        const DraftRow* const row = find_draft(find(tables, write.conversation), write.row.user);
        if (row != nullptr) freed.insert(row->id);
    }
    std::set<Key> created;
    std::set<DraftId> ids;
    for (const RowOf<DraftRow>& write : changes.drafts.saved) {
        const Key key{write.conversation, write.row.user};
        const bool there =
            created.contains(key) ||
            (!removed.contains(key) && find_draft(find(tables, key.first), key.second) != nullptr);
        if (!write.created) {
            if (!there) return refused(Errc::internal, write, " is to be changed, but not there");
            continue;
        }
        const bool id_taken =
            tables.draft_ids.contains(write.row.id) && !freed.contains(write.row.id);
        if (there || id_taken || !ids.insert(write.row.id).second) {
            return refused(Errc::already_exists, write, " exists already");
        }
        created.insert(key);
    }
    return {};
}

void apply_drafts(Tables& tables, const ChangeSet& changes) {
    for (const RowOf<DraftRow>& write : changes.drafts.removed) {
        auto& drafts = table_of(tables, write.conversation).drafts;
        const auto found = drafts.find(write.row.user);
        if (found == drafts.end()) continue;
        tables.draft_ids.erase(found->second.id);
        drafts.erase(found);
    }
    for (const RowOf<DraftRow>& write : changes.drafts.saved) {
        ConversationTable& table = table_of(tables, write.conversation);
        table.drafts[write.row.user] = write.row;
        tables.draft_ids[write.row.id] = {table.row.no, write.row.user};
    }
}

std::unique_ptr<DraftReader> make_draft_reader(std::shared_ptr<Shared> shared) {
    return std::make_unique<Reader>(std::move(shared));
}

}  // namespace whispr::memory
