// What storage keeps of scheduled messages, and what is due.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "whispr/ids.hpp"
#include "whispr/messages.hpp"
#include "whispr/ports/rows.hpp"
#include "whispr/result.hpp"
#include "whispr/schedules.hpp"
#include "whispr/time.hpp"

namespace whispr {

/// Key id; unique (sender, client_random), and (sender, op_id) where present.
struct ScheduleRow {
    ScheduleId id{};
    UserId sender{};
    MessageType type = MessageType::text;
    std::string content{};
    std::string metadata = "{}";
    std::int64_t client_random = 0;
    std::optional<OpId> op_id{};
    Time scheduled_at{};
    ScheduleStatus status = ScheduleStatus::pending;
    Time created_at{};
    Time updated_at{};
    Useq last_useq = 0;
};

/// Those with the same client_random, or the same op_id.
struct ScheduleTwins {
    UserId sender{};
    std::int64_t client_random = 0;
    std::optional<OpId> op_id{};
};
struct ScheduleKeys {
    std::vector<ScheduleId> ids{};
    std::vector<ScheduleTwins> twins{};
    std::vector<UserId> pending_of{};  ///< how many pending ones they have
};
struct LoadedSchedules {
    /// Of `ids` and `twins`, with their conversations, which need not be locked.
    std::vector<std::pair<ConversationId, ScheduleRow>> rows{};
    std::vector<std::pair<UserId, std::size_t>> pending{};  ///< for every user that was named
};
struct ScheduleChanges {
    std::vector<RowOf<ScheduleRow>> written{};  ///< new ones are `created`
};

struct ScheduleQuery {
    UserId sender{};
    std::optional<ConversationId> conversation{};
    ScheduleStatus status = ScheduleStatus::pending;
    std::size_t limit = 100;
    std::size_t offset = 0;
};

class ScheduleReader {
 public:
    virtual ~ScheduleReader() = default;

    /// Soonest first.
    [[nodiscard]] virtual Result<std::vector<std::pair<ConversationId, ScheduleRow>>> schedules(
        const ScheduleQuery& query) = 0;
    /// Where a schedule is, and whose it is.
    [[nodiscard]] virtual Result<std::optional<std::pair<ConversationId, UserId>>> locate_schedule(
        ScheduleId id) = 0;
};

/// A pending schedule whose moment has come.
struct DueSchedule {
    ConversationId conversation{};
    ScheduleId schedule{};
    UserId sender{};
};

/// A message whose time was over.
struct ExpiredMessage {
    ConversationId conversation{};
    std::int64_t no = 0;
    Mseq mseq = 0;
};

/// What the engine does by itself when its time has come. Soonest first.
class DueReader {
 public:
    virtual ~DueReader() = default;

    /// The next moment at which something is due; nothing when there is none at all.
    [[nodiscard]] virtual Result<std::optional<Time>> next_due() = 0;
    /// Pending schedules that are due at `now`.
    [[nodiscard]] virtual Result<std::vector<DueSchedule>> due_schedules(Time now,
                                                                         std::size_t limit) = 0;
    /// Messages that have expired at `now` and are not deleted.
    [[nodiscard]] virtual Result<std::vector<ExpiredMessage>> expired_messages(
        Time now, std::size_t limit) = 0;
};

}  // namespace whispr
