#include "whispr/schedules.hpp"

#include <algorithm>
#include <utility>

#include "conversations/conversation_rules.hpp"
#include "engine/answering_command.hpp"
#include "engine/core.hpp"
#include "messages/message_rules.hpp"
#include "schedules/schedule_rules.hpp"

namespace whispr {

namespace {

/// What every client can hold exactly.
constexpr std::uint64_t exact_bits = (std::uint64_t{1} << 53U) - 1;

// The low bits of an id are drawn at random.
std::int64_t draw(const Uuid& id) noexcept {
    std::uint64_t low = 0;
    for (std::size_t i = 8; i < id.bytes.size(); ++i) {
        low = low << 8U | id.bytes[i];
    }
    return static_cast<std::int64_t>(low & exact_bits);
}

void check_type(MessageType type, std::vector<FieldError>& wrong) {
    if (type == MessageType::system) wrong.push_back({"message_type", "is invalid"});
}

/// How many are pending, when that was asked.
std::size_t* pending_of(WorkingSet& set, UserId user) noexcept {
    for (auto& [other, count] : set.schedules.rows.pending) {
        if (other == user) return &count;
    }
    return nullptr;
}

class Create final : public AnsweringCommand<Schedule> {
 public:
    Create(UserId caller, CreateSchedule command, std::vector<FieldError> wrong, ScheduleId id,
           const Limits& limits, Completion<Schedule> done)
        : AnsweringCommand(command.conversation, caller, std::move(done),
                           256 + command.content.size() + command.metadata.size()),
          command_(std::move(command)),
          wrong_(std::move(wrong)),
          id_(id),
          limits_(limits) {}

    void load(const WorkingSet& set, LoadKeys& keys) const override {
        if (set.conversation(conversation()) == nullptr) return;
        keys.users.push_back(caller());
        keys.schedules.twins.push_back({caller(), *command_.client_random, command_.op_id});
        keys.schedules.pending_of.push_back(caller());
    }

 protected:
    Result<Schedule> decide(WorkingSet& set) override {
        const auto entered = membership(set, conversation(), caller());
        if (!entered) return entered.error();
        if (const auto refused = refuse_closed(**entered)) return *refused;
        auto& rows = set.schedules.rows.rows;
        for (const auto& [place, row] : rows) {
            const bool repeat = command_.op_id && row.op_id == command_.op_id;
            if (repeat && row.sender == caller()) return to_schedule(place, row);
        }
        std::vector<FieldError> wrong = wrong_;
        if (auto refused = refuse_moment(command_.scheduled_at, set.now, limits_)) {
            wrong.push_back(*std::move(refused));
        }
        if (!wrong.empty()) return invalid_fields(std::move(wrong));
        if (auto refused = refuse_another(set)) return *std::move(refused);
        ScheduleRow& row = rows.emplace_back(conversation(), new_row(set.now)).second;
        if (std::size_t* const pending = pending_of(set, caller())) ++*pending;
        return put_schedule(set, **entered, row, true);
    }

 private:
    [[nodiscard]] std::optional<Error> refuse_another(WorkingSet& set) const {
        const auto& rows = set.schedules.rows.rows;
        const bool taken = std::any_of(rows.begin(), rows.end(), [&](const auto& placed) {
            return placed.second.sender == caller() &&
                   placed.second.client_random == *command_.client_random;
        });
        if (taken) {
            return Error{
                Errc::already_exists,
                "the user has scheduled a message with this client_random",
                {{"sender_id", "a scheduled message with this client_random already exists"}}};
        }
        const std::size_t* const pending = pending_of(set, caller());
        if (pending != nullptr && *pending >= limits_.schedules_per_user) {
            return Error{Errc::limit_reached,
                         "a user has at most " + std::to_string(limits_.schedules_per_user) +
                             " pending scheduled messages",
                         {}};
        }
        return std::nullopt;
    }

    [[nodiscard]] ScheduleRow new_row(Time now) const {
        ScheduleRow row;
        row.id = id_;
        row.sender = caller();
        row.type = command_.type;
        row.content = command_.content;
        row.metadata = command_.metadata;
        row.client_random = *command_.client_random;
        row.op_id = command_.op_id;
        row.scheduled_at = command_.scheduled_at;
        row.created_at = now;
        return row;
    }

    const CreateSchedule command_;
    const std::vector<FieldError> wrong_;
    const ScheduleId id_;
    const Limits& limits_;
};

// What changing and cancelling have in common: the user's own schedule, while it is pending. Also
// in a conversation that the user is no member of any more: it is the user's own text.
class PendingCommand : public AnsweringCommand<Schedule> {
 public:
    PendingCommand(ConversationId conversation, UserId caller, ScheduleId id, std::size_t bytes,
                   Completion<Schedule> done)
        : AnsweringCommand(conversation, caller, std::move(done), bytes), id_(id) {}

    void load(const WorkingSet& set, LoadKeys& keys) const final {
        if (set.conversation(conversation()) == nullptr) return;
        keys.users.push_back(caller());
        keys.schedules.ids.push_back(id_);
    }

 protected:
    Result<Schedule> decide(WorkingSet& set) final {
        const ConversationEntry* const found = set.conversation(conversation());
        ScheduleRow* const row = find_schedule(set, conversation(), caller(), id_);
        if (found == nullptr || row == nullptr) return schedule_not_found();
        if (row->status != ScheduleStatus::pending) {
            return Error{
                Errc::not_pending,
                "the scheduled message is " + std::string(to_string(row->status)) + ", not pending",
                {}};
        }
        if (auto refused = change(set, *row)) return *std::move(refused);
        return put_schedule(set, *found, *row, false);
    }
    /// Changes the row, or leaves it as it is and says why.
    virtual std::optional<Error> change(WorkingSet& set, ScheduleRow& row) = 0;

 private:
    const ScheduleId id_;
};

class Update final : public PendingCommand {
 public:
    Update(ConversationId conversation, UserId caller, UpdateSchedule command,
           std::vector<FieldError> wrong, const Limits& limits, Completion<Schedule> done)
        : PendingCommand(
              conversation, caller, command.schedule,
              256 + command.content.value_or("").size() + command.metadata.value_or("").size(),
              std::move(done)),
          command_(std::move(command)),
          wrong_(std::move(wrong)),
          limits_(limits) {}

 protected:
    std::optional<Error> change(WorkingSet& set, ScheduleRow& row) override {
        std::vector<FieldError> wrong = wrong_;
        if (command_.scheduled_at) {
            auto refused = refuse_moment(*command_.scheduled_at, set.now, limits_);
            if (refused) wrong.push_back(*std::move(refused));
        }
        if (!wrong.empty()) return invalid_fields(std::move(wrong));
        if (command_.type) row.type = *command_.type;
        if (command_.content) row.content = *command_.content;
        if (command_.metadata) row.metadata = *command_.metadata;
        if (command_.scheduled_at) row.scheduled_at = *command_.scheduled_at;
        return std::nullopt;
    }

 private:
    const UpdateSchedule command_;
    const std::vector<FieldError> wrong_;
    const Limits& limits_;
};

class Cancel final : public PendingCommand {
 public:
    Cancel(ConversationId conversation, UserId caller, ScheduleId id, Completion<Schedule> done)
        : PendingCommand(conversation, caller, id, 256, std::move(done)) {}

 protected:
    std::optional<Error> change(WorkingSet& set, ScheduleRow& row) override {
        row.status = ScheduleStatus::cancelled;
        if (std::size_t* const pending = pending_of(set, caller())) --*pending;
        return std::nullopt;
    }
};

// Who sleeps until what is due next is told of this one.
Completion<Schedule> expecting(Core& core, Completion<Schedule> done) {
    return Completion<Schedule>([&core, done = std::move(done)](Result<Schedule> made) mutable {
        if (made && made->status == ScheduleStatus::pending) core.due().expect(made->scheduled_at);
        done(std::move(made));
    });
}

/// Where the user's own schedule is.
Result<ConversationId> locate(ReadStorage& storage, UserId user, ScheduleId id) {
    const auto place = storage.concepts().schedules.locate_schedule(id);
    if (!place) return place.error();
    if (!*place || (*place)->second != user) return schedule_not_found();
    return (*place)->first;
}

}  // namespace

void Schedules::create(const Caller& caller, CreateSchedule command, Completion<Schedule> done) {
    const ScheduleId id{core_.new_id()};
    std::vector<FieldError> wrong;
    check_type(command.type, wrong);
    check_content(command.content, core_.limits(), wrong);
    check_schedule_metadata(command.metadata, id, wrong);
    if (!command.client_random) command.client_random = draw(core_.new_id());
    // What is wrong stays wrong; its bytes need not wait in the queue.
    if (!wrong.empty()) command.content.clear();
    core_.submit(std::make_unique<Create>(caller.user, std::move(command), std::move(wrong), id,
                                          core_.limits(), expecting(core_, std::move(done))));
}

void Schedules::update(const Caller& caller, UpdateSchedule command, Completion<Schedule> done) {
    std::vector<FieldError> wrong;
    if (command.type) check_type(*command.type, wrong);
    if (command.content) check_content(*command.content, core_.limits(), wrong);
    if (command.metadata) check_schedule_metadata(*command.metadata, command.schedule, wrong);
    core_.read_then(
        expecting(core_, std::move(done)),
        [&core = core_, user = caller.user, command = std::move(command), wrong = std::move(wrong)](
            ReadStorage& storage, Completion<Schedule> answer) mutable {
            const auto place = locate(storage, user, command.schedule);
            if (!place) return answer(place.error());
            core.submit_taken(std::make_unique<Update>(*place, user, std::move(command),
                                                       std::move(wrong), core.limits(),
                                                       std::move(answer)));
        });
}

void Schedules::cancel(const Caller& caller, ScheduleId schedule, Completion<Schedule> done) {
    core_.read_then(std::move(done), [&core = core_, user = caller.user, schedule](
                                         ReadStorage& storage, Completion<Schedule> answer) {
        const auto place = locate(storage, user, schedule);
        if (!place) return answer(place.error());
        core.submit_taken(std::make_unique<Cancel>(*place, user, schedule, std::move(answer)));
    });
}

void Schedules::list(const Caller& caller, ListSchedules request,
                     Completion<std::vector<Schedule>> done) {
    ScheduleQuery query;
    query.sender = caller.user;
    query.conversation = request.conversation;
    query.status = request.status;
    query.limit = std::clamp<std::size_t>(request.limit, 1, limits::page_rows);
    query.offset = request.offset;
    core_.read(std::move(done), [query](ReadStorage& storage) -> Result<std::vector<Schedule>> {
        const auto rows = storage.concepts().schedules.schedules(query);
        if (!rows) return rows.error();
        std::vector<Schedule> schedules;
        for (const auto& [conversation, row] : *rows) {
            schedules.push_back(to_schedule(conversation, row));
        }
        return schedules;
    });
}

}  // namespace whispr
