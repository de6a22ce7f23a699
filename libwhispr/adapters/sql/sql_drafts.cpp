#include "sql_concepts.hpp"

namespace whispr::sql {

namespace {

class Reader final : public DraftReader {
 public:
    Result<std::optional<DraftRow>> draft(std::int64_t, UserId) override {
        return std::optional<DraftRow>();
    }
    Result<std::optional<std::pair<ConversationId, UserId>>> locate_draft(DraftId) override {
        return std::optional<std::pair<ConversationId, UserId>>();
    }
};

}  // namespace

Result<void> load_drafts(Batch&, const LoadKeys&, Loaded&) {
    return {};
}
Result<void> write_drafts(Batch&, const ChangeSet&) {
    return {};
}
std::unique_ptr<DraftReader> make_draft_reader(Reading) {
    return std::make_unique<Reader>();
}
std::span<const Statement* const> draft_statements() noexcept {
    return {};
}

}  // namespace whispr::sql
