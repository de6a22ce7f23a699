#include "schedules/schedule_rules.hpp"

#include <algorithm>

#include "messages/message_rules.hpp"
#include "metadata/metadata.hpp"

namespace whispr {

namespace {

constexpr const char* id_key = "scheduled_message_id";

std::string in_words(std::chrono::seconds period) {
    constexpr std::chrono::seconds day{86'400};
    const auto days = period / day;
    if (days > 0 && period % day == std::chrono::seconds(0)) {
        return std::to_string(days) + " day(s)";
    }
    return std::to_string(period.count()) + " second(s)";
}

}  // namespace

Schedule to_schedule(ConversationId conversation, const ScheduleRow& row) {
    Schedule schedule;
    schedule.id = row.id;
    schedule.conversation = conversation;
    schedule.sender = row.sender;
    schedule.type = row.type;
    schedule.content = row.content;
    schedule.metadata = row.metadata;
    schedule.client_random = row.client_random;
    schedule.scheduled_at = row.scheduled_at;
    schedule.status = row.status;
    schedule.created_at = row.created_at;
    schedule.updated_at = row.updated_at;
    schedule.useq = row.last_useq;
    return schedule;
}

Error schedule_not_found() {
    return Error{Errc::not_found, "there is no such scheduled message of the user", {}};
}

void check_schedule_metadata(std::string& metadata, ScheduleId id, std::vector<FieldError>& wrong) {
    const std::size_t before = wrong.size();
    check_metadata(metadata, wrong);
    if (wrong.size() == before && !with_metadata_string(metadata, id_key, id.to_string())) {
        wrong.push_back({"metadata", "is invalid"});
    }
}

std::string metadata_of_message(const ScheduleRow& row) {
    return with_metadata_string(row.metadata, id_key, row.id.to_string()).value_or(row.metadata);
}

std::optional<FieldError> refuse_moment(Time moment, Time now, const Limits& limits) {
    const char* const field = "scheduled_at";
    if (moment <= now) return FieldError{field, "must be in the future"};
    if (moment - now < limits.schedule_lead) {
        return FieldError{field, "must be at least " + in_words(limits.schedule_lead) + " ahead"};
    }
    if (moment - now > limits.schedule_horizon) {
        return FieldError{field, "must be at most " + in_words(limits.schedule_horizon) + " ahead"};
    }
    return std::nullopt;
}

ScheduleRow* find_schedule(WorkingSet& set, ConversationId conversation, UserId sender,
                           ScheduleId id) noexcept {
    for (auto& [place, row] : set.schedules.rows.rows) {
        if (row.id == id && row.sender == sender && place == conversation) return &row;
    }
    return nullptr;
}

Schedule put_schedule(WorkingSet& set, const ConversationEntry& conversation, ScheduleRow& row,
                      bool created) {
    row.updated_at = set.now;
    row.last_useq = set.next_useq(row.sender);
    auto& written = set.schedules.changes.written;
    const auto write =
        std::find_if(written.begin(), written.end(),
                     [&](const RowOf<ScheduleRow>& other) { return other.row.id == row.id; });
    if (write != written.end()) {
        write->row = row;
    } else {
        written.push_back({conversation.row.id, row, created});
    }
    Schedule schedule = to_schedule(conversation.row.id, row);
    set.tell_user(conversation, row.sender, row.last_useq, ScheduleChanged{schedule});
    return schedule;
}

}  // namespace whispr
