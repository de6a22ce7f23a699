#include <algorithm>
#include <string>
#include <tuple>

#include "memory_concepts.hpp"

namespace whispr::memory {

namespace {

using Placed = std::pair<ConversationId, ScheduleRow>;

bool sooner(const ScheduleRow& a, const ScheduleRow& b) {
    return std::tie(a.scheduled_at, a.id) < std::tie(b.scheduled_at, b.id);
}

bool are_twins(const ScheduleTwins& twins, const ScheduleRow& row) {
    return row.sender == twins.sender &&
           (row.client_random == twins.client_random || (twins.op_id && row.op_id == twins.op_id));
}

/// Soonest first.
template <class Wanted>
std::vector<Placed> select(const Tables& tables, Wanted wanted) {
    std::vector<Placed> found;
    for (const auto& [id, placed] : tables.schedules) {
        if (wanted(placed)) found.push_back(placed);
    }
    std::sort(found.begin(), found.end(),
              [](const Placed& a, const Placed& b) { return sooner(a.second, b.second); });
    return found;
}

class Reader final : public ScheduleReader {
 public:
    explicit Reader(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

    Result<std::vector<Placed>> schedules(const ScheduleQuery& query) override {
        const Lock lock(shared_->mutex);
        auto found = select(shared_->tables, [&](const Placed& placed) {
            return placed.second.sender == query.sender && placed.second.status == query.status &&
                   (!query.conversation || placed.first == *query.conversation);
        });
        const std::size_t from = std::min(query.offset, found.size());
        const std::size_t count = std::min(query.limit, found.size() - from);
        const auto begin = found.begin() + static_cast<std::ptrdiff_t>(from);
        return std::vector<Placed>(begin, begin + static_cast<std::ptrdiff_t>(count));
    }

    Result<std::optional<std::pair<ConversationId, UserId>>> locate_schedule(
        ScheduleId id) override {
        using Place = std::optional<std::pair<ConversationId, UserId>>;
        const Lock lock(shared_->mutex);
        const auto found = shared_->tables.schedules.find(id);
        if (found == shared_->tables.schedules.end()) return Place();
        return Place({found->second.first, found->second.second.sender});
    }

 private:
    const std::shared_ptr<Shared> shared_;
};

bool is_pending(const Placed& placed) {
    return placed.second.status == ScheduleStatus::pending;
}

class Due final : public DueReader {
 public:
    explicit Due(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

    Result<std::optional<Time>> next_due() override {
        const Lock lock(shared_->mutex);
        const Tables& tables = shared_->tables;
        std::optional<Time> next;
        if (!tables.expiring.empty()) next = tables.expiring.begin()->first;
        const auto pending = select(tables, is_pending);
        if (!pending.empty() && (!next || pending.front().second.scheduled_at < *next)) {
            next = pending.front().second.scheduled_at;
        }
        return next;
    }

    Result<std::vector<DueSchedule>> due_schedules(Time now, std::size_t limit) override {
        std::vector<DueSchedule> due;
        const Lock lock(shared_->mutex);
        for (const auto& [conversation, row] : select(shared_->tables, is_pending)) {
            if (row.scheduled_at > now || due.size() == limit) break;
            due.push_back({conversation, row.id, row.sender});
        }
        return due;
    }

    Result<std::vector<ExpiredMessage>> expired_messages(Time now, std::size_t limit) override {
        std::vector<ExpiredMessage> expired;
        const Lock lock(shared_->mutex);
        const Tables& tables = shared_->tables;
        for (const auto& [moment, key] : tables.expiring) {
            if (moment > now || expired.size() == limit) break;
            expired.push_back({tables.conversations.at(key.no).row.id, key.no, key.mseq});
        }
        return expired;
    }

 private:
    const std::shared_ptr<Shared> shared_;
};

}  // namespace

void load_schedules(const Tables& tables, const LoadKeys& keys, Loaded& loaded) {
    for (const auto& [id, placed] : tables.schedules) {
        const auto& ids = keys.schedules.ids;
        const auto& twins = keys.schedules.twins;
        const ScheduleRow& row = placed.second;
        const bool named = std::find(ids.begin(), ids.end(), id) != ids.end() ||
                           std::any_of(twins.begin(), twins.end(), [&](const ScheduleTwins& twin) {
                               return are_twins(twin, row);
                           });
        if (named) loaded.schedules.rows.push_back(placed);
    }
    for (const UserId& user : keys.schedules.pending_of) {
        const auto count =
            std::count_if(tables.schedules.begin(), tables.schedules.end(), [&](const auto& entry) {
                return is_pending(entry.second) && entry.second.second.sender == user;
            });
        loaded.schedules.pending.emplace_back(user, static_cast<std::size_t>(count));
    }
}

Result<void> check_schedules(const Tables& tables, const ChangeSet& changes) {
    std::vector<const ScheduleRow*> created;
    for (const RowOf<ScheduleRow>& write : changes.schedules.written) {
        const ScheduleRow& row = write.row;
        const bool there = tables.schedules.contains(row.id);
        if (!write.created && !there) {
            return Error{Errc::internal,
                         "schedule " + row.id.to_string() + " was to be changed, but is not there",
                         {}};
        }
        if (!write.created) continue;
        const auto clashes = [&](const ScheduleRow& other) {
            return other.id == row.id ||
                   are_twins({row.sender, row.client_random, row.op_id}, other);
        };
        const bool taken =
            std::any_of(tables.schedules.begin(), tables.schedules.end(),
                        [&](const auto& entry) { return clashes(entry.second.second); }) ||
            std::any_of(created.begin(), created.end(),
                        [&](const ScheduleRow* other) { return clashes(*other); });
        if (taken) {
            return Error{Errc::already_exists,
                         "schedule " + row.id.to_string() + " or its like exists already",
                         {}};
        }
        created.push_back(&row);
    }
    return {};
}

void apply_schedules(Tables& tables, const ChangeSet& changes) {
    for (const RowOf<ScheduleRow>& write : changes.schedules.written) {
        tables.schedules[write.row.id] = {write.conversation, write.row};
    }
}

std::unique_ptr<ScheduleReader> make_schedule_reader(std::shared_ptr<Shared> shared) {
    return std::make_unique<Reader>(std::move(shared));
}
std::unique_ptr<DueReader> make_due_reader(std::shared_ptr<Shared> shared) {
    return std::make_unique<Due>(std::move(shared));
}

}  // namespace whispr::memory
