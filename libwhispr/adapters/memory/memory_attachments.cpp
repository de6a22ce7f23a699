#include <algorithm>
#include <tuple>

#include "memory_concepts.hpp"

namespace whispr::memory {

namespace {

/// Oldest first.
std::vector<AttachmentRow> attachments_of(const ConversationTable& table, Mseq mseq) {
    const auto found = table.attachments.find(mseq);
    if (found == table.attachments.end()) return {};
    std::vector<AttachmentRow> rows = found->second;
    std::sort(rows.begin(), rows.end(), [](const AttachmentRow& a, const AttachmentRow& b) {
        return std::tie(a.uploaded_at, a.id) < std::tie(b.uploaded_at, b.id);
    });
    return rows;
}

void clear(Tables& tables, const MessageKey& key) {
    auto& attachments = tables.conversations.at(key.no).attachments;
    const auto found = attachments.find(key.mseq);
    if (found == attachments.end()) return;
    for (const AttachmentRow& row : found->second)
        tables.attachment_ids.erase(row.id);
    attachments.erase(found);
}

void remove(Tables& tables, ConversationTable& table, const AttachmentRow& removed) {
    const auto found = table.attachments.find(removed.mseq);
    if (found == table.attachments.end()) return;
    const auto gone = std::erase_if(found->second,
                                    [&](const AttachmentRow& row) { return row.id == removed.id; });
    if (gone > 0) tables.attachment_ids.erase(removed.id);
}

class Reader final : public AttachmentReader {
 public:
    explicit Reader(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

    Result<std::optional<AttachmentPlace>> attachment(AttachmentId id) override {
        const Lock lock(shared_->mutex);
        const Tables& tables = shared_->tables;
        const auto key = tables.attachment_ids.find(id);
        if (key == tables.attachment_ids.end()) return std::optional<AttachmentPlace>();
        const ConversationTable& table = tables.conversations.at(key->second.no);
        const auto& rows = table.attachments.at(key->second.mseq);
        const auto row = std::find_if(rows.begin(), rows.end(),
                                      [id](const AttachmentRow& one) { return one.id == id; });
        return std::optional(AttachmentPlace{table.row.id, table.row.no, *row});
    }

    Result<std::vector<GalleryRow>> gallery(const GalleryQuery& query) override {
        const Lock lock(shared_->mutex);
        std::vector<GalleryRow> rows;
        const ConversationTable* const table = find(shared_->tables, query.no);
        if (table == nullptr) return rows;
        for (auto at = table->attachments.rbegin(); at != table->attachments.rend(); ++at) {
            const MessageRow& message = table->messages.at(at->first);
            if (!visible(*table, message, query.reader, query.now)) continue;
            std::vector<AttachmentRow> of_message = at->second;
            std::sort(of_message.begin(), of_message.end(),
                      [](const AttachmentRow& a, const AttachmentRow& b) { return a.id > b.id; });
            for (AttachmentRow& row : of_message) {
                if (query.type && row.type != *query.type) continue;
                if (query.before && std::pair(row.mseq, row.id) >= *query.before) continue;
                if (rows.size() >= query.limit) return rows;
                rows.push_back({message.id, message.sender, message.sent_at, std::move(row)});
            }
        }
        return rows;
    }

 private:
    const std::shared_ptr<Shared> shared_;
};

}  // namespace

void load_attachments(const Tables& tables, const LoadKeys& keys, Loaded& loaded) {
    for (const MessageKey& key : keys.attachments.of) {
        const ConversationTable* const table = find(tables, key.no);
        if (table == nullptr) continue;
        for (AttachmentRow& row : attachments_of(*table, key.mseq))
            loaded.attachments.of.emplace_back(key.no, std::move(row));
    }
}

Result<void> check_attachments(const Tables& tables, const ChangeSet& changes) {
    const AttachmentChanges& attachments = changes.attachments;
    // Where another one is named than where it is, nothing is removed.
    const auto is_removed = [&](AttachmentId id, const MessageKey& key) {
        return std::any_of(
            attachments.removed.begin(), attachments.removed.end(), [&](const auto& removed) {
                const ConversationTable* const table = find(tables, removed.conversation);
                return removed.row.id == id && removed.row.mseq == key.mseq && table != nullptr &&
                       table->row.no == key.no;
            });
    };
    const auto is_cleared = [&](const MessageKey& key) {
        return std::find(attachments.cleared.begin(), attachments.cleared.end(), key) !=
               attachments.cleared.end();
    };
    std::set<AttachmentId> given;
    for (const auto& [conversation, row, created] : attachments.created) {
        const auto there = tables.attachment_ids.find(row.id);
        const bool free = there == tables.attachment_ids.end() ||
                          is_removed(row.id, there->second) || is_cleared(there->second);
        if (!free || !given.insert(row.id).second) {
            return Error{Errc::already_exists, "attachment " + row.id.to_string(), {}};
        }
    }
    return {};
}

void apply_attachments(Tables& tables, const ChangeSet& changes) {
    for (const MessageKey& key : changes.attachments.cleared)
        clear(tables, key);
    for (const auto& [conversation, row, created] : changes.attachments.removed)
        remove(tables, table_of(tables, conversation), row);
    for (const auto& [conversation, row, created] : changes.attachments.created) {
        ConversationTable& table = table_of(tables, conversation);
        table.attachments[row.mseq].push_back(row);
        tables.attachment_ids[row.id] = {table.row.no, row.mseq};
    }
}

std::unique_ptr<AttachmentReader> make_attachment_reader(std::shared_ptr<Shared> shared) {
    return std::make_unique<Reader>(std::move(shared));
}

void add_attachments(const ConversationTable& table, PageRows& page) {
    if (table.attachments.empty()) return;
    for (auto message = page.messages.rbegin(); message != page.messages.rend(); ++message) {
        for (AttachmentRow& row : attachments_of(table, message->mseq))
            page.attachments.emplace_back(table.row.no, std::move(row));
    }
}

}  // namespace whispr::memory
