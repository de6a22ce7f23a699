// What scheduled messages may be, and how a batch keeps them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/working_set.hpp"
#include "whispr/limits.hpp"
#include "whispr/schedules.hpp"

namespace whispr {

[[nodiscard]] Schedule to_schedule(ConversationId conversation, const ScheduleRow& row);
[[nodiscard]] Error schedule_not_found();

/// Brings metadata into the form that is stored, or notes that it is wrong: there must be room for
/// what the message will say of its schedule.
void check_schedule_metadata(std::string& metadata, ScheduleId id, std::vector<FieldError>& wrong);
/// The metadata of the message that the schedule becomes.
[[nodiscard]] std::string metadata_of_message(const ScheduleRow& row);
/// Nothing, or what is wrong with the moment.
[[nodiscard]] std::optional<FieldError> refuse_moment(Time moment, Time now, const Limits& limits);

/// The schedule, when it is one of the conversation and of the sender, or null.
[[nodiscard]] ScheduleRow* find_schedule(WorkingSet& set, ConversationId conversation,
                                         UserId sender, ScheduleId id) noexcept;
/// Stores a new state of a row, and tells the sender's devices. Requires: the sender's number was
/// loaded.
Schedule put_schedule(WorkingSet& set, const ConversationEntry& conversation, ScheduleRow& row,
                      bool created);

}  // namespace whispr
