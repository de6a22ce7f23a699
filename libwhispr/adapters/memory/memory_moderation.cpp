#include "memory_concepts.hpp"

namespace whispr::memory {

namespace {

class Reader final : public ModerationReader {
 public:
    Result<std::optional<Report>> report(ReportId) override { return std::optional<Report>(); }
    Result<std::vector<Report>> reports(const ReportQuery&) override {
        return std::vector<Report>();
    }
    Result<std::vector<ReportFacts>> report_facts(Time) override {
        return std::vector<ReportFacts>();
    }
    Result<std::vector<SanctionRow>> sanctions(std::int64_t, Time) override {
        return std::vector<SanctionRow>();
    }
    Result<std::optional<ConversationId>> locate_sanction(SanctionId) override {
        return std::optional<ConversationId>();
    }
};

}  // namespace

void load_moderation(const Tables&, const LoadKeys&, Loaded&) {}
Result<void> check_moderation(const Tables&, const ChangeSet&) {
    return {};
}
void apply_moderation(Tables&, const ChangeSet&) {}
std::unique_ptr<ModerationReader> make_moderation_reader(std::shared_ptr<Shared>) {
    return std::make_unique<Reader>();
}

}  // namespace whispr::memory
