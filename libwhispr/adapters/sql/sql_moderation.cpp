#include "sql_concepts.hpp"

namespace whispr::sql {

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

Result<void> load_moderation(Batch&, const LoadKeys&, Loaded&) {
    return {};
}
Result<void> write_moderation(Batch&, const ChangeSet&) {
    return {};
}
std::unique_ptr<ModerationReader> make_moderation_reader(Reading) {
    return std::make_unique<Reader>();
}
std::span<const Statement* const> moderation_statements() noexcept {
    return {};
}

}  // namespace whispr::sql
