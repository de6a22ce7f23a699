#include "memory_concepts.hpp"

namespace whispr::memory {

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

void load_drafts(const Tables&, const LoadKeys&, Loaded&) {}
Result<void> check_drafts(const Tables&, const ChangeSet&) {
    return {};
}
void apply_drafts(Tables&, const ChangeSet&) {}
std::unique_ptr<DraftReader> make_draft_reader(std::shared_ptr<Shared>) {
    return std::make_unique<Reader>();
}

}  // namespace whispr::memory
