// Scheduled messages: what the engine sends by itself when its moment has come. Seen by its sender
// alone until then.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "whispr/caller.hpp"
#include "whispr/completion.hpp"
#include "whispr/ids.hpp"
#include "whispr/messages.hpp"
#include "whispr/time.hpp"

namespace whispr {

class Core;

/// failed: the sender was no member any more, muted or blocked when its moment came, or the moment
/// had passed by more than Limits::schedule_overdue.
enum class ScheduleStatus : std::uint8_t { pending, sent, cancelled, failed };
[[nodiscard]] std::string_view to_string(ScheduleStatus status) noexcept;
[[nodiscard]] std::optional<ScheduleStatus> parse_schedule_status(std::string_view text) noexcept;

struct Schedule {
    ScheduleId id{};
    ConversationId conversation{};
    UserId sender{};
    MessageType type = MessageType::text;
    std::string content{};
    std::string metadata = "{}";
    std::optional<std::int64_t> client_random{};
    Time scheduled_at{};
    ScheduleStatus status = ScheduleStatus::pending;
    Time created_at{};
    Time updated_at{};
    Useq useq = 0;  ///< the sender's change that made it so
};

struct CreateSchedule {
    ConversationId conversation{};
    MessageType type = MessageType::text;
    std::string content{};
    std::string metadata = "{}";
    std::optional<std::int64_t> client_random{};  ///< drawn when absent
    Time scheduled_at{};
    std::optional<OpId> op_id{};  ///< recognises a repeat
};

/// Only what is set is changed.
struct UpdateSchedule {
    ScheduleId schedule{};
    std::optional<MessageType> type{};
    std::optional<std::string> content{};
    std::optional<std::string> metadata{};  ///< replaces
    std::optional<Time> scheduled_at{};
};

struct ListSchedules {
    std::optional<ConversationId> conversation{};
    ScheduleStatus status = ScheduleStatus::pending;
    std::size_t limit = 100;  ///< 1 to limits::page_rows
    std::size_t offset = 0;
};

/// All members: any thread; answer as in Messages. What is somebody else's is not_found. Common
/// failures: overloaded, unavailable, closed, internal.
class Schedules {
 public:
    explicit Schedules(Core& core) : core_(core) {}

    /// Fails with conversation_not_found, not_a_member, invalid (content, metadata, message_type,
    /// scheduled_at), already_exists (sender_id: another one with this client_random),
    /// limit_reached.
    void create(const Caller& caller, CreateSchedule command, Completion<Schedule> done);
    /// Fails with not_found, not_pending, invalid.
    void update(const Caller& caller, UpdateSchedule command, Completion<Schedule> done);
    /// Fails with not_found, not_pending.
    void cancel(const Caller& caller, ScheduleId schedule, Completion<Schedule> done);
    /// Soonest first.
    void list(const Caller& caller, ListSchedules request, Completion<std::vector<Schedule>> done);

 private:
    Core& core_;
};

}  // namespace whispr
