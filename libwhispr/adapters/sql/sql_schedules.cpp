#include "sql_concepts.hpp"

namespace whispr::sql {

namespace {

class Reader final : public ScheduleReader {
 public:
    Result<std::vector<std::pair<ConversationId, ScheduleRow>>> schedules(
        const ScheduleQuery&) override {
        return std::vector<std::pair<ConversationId, ScheduleRow>>();
    }
    Result<std::optional<std::pair<ConversationId, UserId>>> locate_schedule(ScheduleId) override {
        return std::optional<std::pair<ConversationId, UserId>>();
    }
};
class Due final : public DueReader {
 public:
    Result<std::optional<Time>> next_due() override { return std::optional<Time>(); }
    Result<std::vector<std::pair<ConversationId, ScheduleId>>> due_schedules(Time,
                                                                             std::size_t) override {
        return std::vector<std::pair<ConversationId, ScheduleId>>();
    }
    Result<std::vector<ExpiredMessage>> expired_messages(Time, std::size_t) override {
        return std::vector<ExpiredMessage>();
    }
};

}  // namespace

Result<void> load_schedules(Batch&, const LoadKeys&, Loaded&) {
    return {};
}
Result<void> write_schedules(Batch&, const ChangeSet&) {
    return {};
}
std::unique_ptr<ScheduleReader> make_schedule_reader(Reading) {
    return std::make_unique<Reader>();
}
std::unique_ptr<DueReader> make_due_reader(Reading) {
    return std::make_unique<Due>();
}
std::span<const Statement* const> schedule_statements() noexcept {
    return {};
}

}  // namespace whispr::sql
