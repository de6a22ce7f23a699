#include <algorithm>
#include <tuple>

#include "memory_concepts.hpp"

namespace whispr::memory {

namespace {

std::vector<PinRow> newest_first(const ConversationTable& table) {
    std::vector<PinRow> rows;
    for (const auto& [mseq, row] : table.pins)
        rows.push_back(row);
    std::sort(rows.begin(), rows.end(), [](const PinRow& a, const PinRow& b) {
        return std::tie(a.pinned_at, a.id) > std::tie(b.pinned_at, b.id);
    });
    return rows;
}

class Reader final : public PinReader {
 public:
    explicit Reader(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

    Result<std::vector<PinRow>> pins(std::int64_t no) override {
        const Lock lock(shared_->mutex);
        const ConversationTable* const table = find(shared_->tables, no);
        return table != nullptr ? newest_first(*table) : std::vector<PinRow>();
    }

 private:
    const std::shared_ptr<Shared> shared_;
};

}  // namespace

void load_pins(const Tables& tables, const LoadKeys& keys, Loaded& loaded) {
    for (const std::int64_t no : keys.pins.of) {
        const ConversationTable* const table = find(tables, no);
        if (table == nullptr) continue;
        for (const PinRow& row : newest_first(*table))
            loaded.pins.of.emplace_back(no, row);
    }
}

Result<void> check_pins(const Tables& tables, const ChangeSet& changes) {
    std::set<std::pair<ConversationId, Mseq>> removed;
    for (const auto& [conversation, row, created] : changes.pins.removed)
        removed.insert({conversation, row.mseq});
    std::set<std::pair<ConversationId, Mseq>> given;
    for (const auto& [conversation, row, created] : changes.pins.created) {
        const std::pair key{conversation, row.mseq};
        const ConversationTable* const table = find(tables, conversation);
        const bool there =
            table != nullptr && table->pins.contains(row.mseq) && !removed.contains(key);
        if (there || !given.insert(key).second) {
            return Error{Errc::already_exists, "pin of message " + std::to_string(row.mseq), {}};
        }
    }
    return {};
}

void apply_pins(Tables& tables, const ChangeSet& changes) {
    for (const auto& [conversation, row, created] : changes.pins.removed)
        table_of(tables, conversation).pins.erase(row.mseq);
    for (const auto& [conversation, row, created] : changes.pins.created)
        table_of(tables, conversation).pins[row.mseq] = row;
}

std::unique_ptr<PinReader> make_pin_reader(std::shared_ptr<Shared> shared) {
    return std::make_unique<Reader>(std::move(shared));
}

}  // namespace whispr::memory
