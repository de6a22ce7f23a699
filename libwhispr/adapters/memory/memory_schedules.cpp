#include "memory_concepts.hpp"

namespace whispr::memory {

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

void load_schedules(const Tables&, const LoadKeys&, Loaded&) {}
Result<void> check_schedules(const Tables&, const ChangeSet&) {
    return {};
}
void apply_schedules(Tables&, const ChangeSet&) {}
std::unique_ptr<ScheduleReader> make_schedule_reader(std::shared_ptr<Shared>) {
    return std::make_unique<Reader>();
}
std::unique_ptr<DueReader> make_due_reader(std::shared_ptr<Shared>) {
    return std::make_unique<Due>();
}

}  // namespace whispr::memory
