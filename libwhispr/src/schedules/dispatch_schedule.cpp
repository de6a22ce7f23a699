#include "schedules/dispatch_schedule.hpp"

#include "conversations/group_policy.hpp"
#include "engine/answering_command.hpp"
#include "messages/message_rules.hpp"
#include "messages/send_message.hpp"
#include "schedules/schedule_rules.hpp"

namespace whispr {

namespace {

// What sending and giving up have in common: the pending schedule whose moment has come.
class Settle : public AnsweringCommand<bool> {
 public:
    Settle(const DueSchedule& due, Completion<bool> done)
        : AnsweringCommand(due.conversation, due.sender, std::move(done)), id_(due.schedule) {}

    void load(const WorkingSet& set, LoadKeys& keys) const override {
        const ConversationEntry* const found = set.conversation(conversation());
        if (found == nullptr) return;
        keys.users.push_back(caller());
        keys.schedules.ids.push_back(id_);
        keys.sends.push_back({found->row.no, caller(), std::nullopt, OpId{id_.uuid}});
    }

 protected:
    Result<bool> decide(WorkingSet& set) final {
        ConversationEntry* const found = set.conversation(conversation());
        ScheduleRow* const row = find_schedule(set, conversation(), caller(), id_);
        const bool is_due = found != nullptr && row != nullptr &&
                            row->status == ScheduleStatus::pending && row->scheduled_at <= set.now;
        if (!is_due) return false;
        row->status = settle(set, *found, *row);
        put_schedule(set, *found, *row, false);
        return true;
    }
    virtual ScheduleStatus settle(WorkingSet& set, ConversationEntry& found,
                                  const ScheduleRow& row) = 0;

 private:
    const ScheduleId id_;
};

class Dispatch final : public Settle {
 public:
    Dispatch(const DueSchedule& due, MessageId message, const Limits& limits, Contacts* contacts,
             Completion<bool> done)
        : Settle(due, std::move(done)), message_(message), limits_(limits), contacts_(contacts) {}

 protected:
    ScheduleStatus settle(WorkingSet& set, ConversationEntry& found,
                          const ScheduleRow& row) override {
        if (set.now - row.scheduled_at > limits_.schedule_overdue || !may_send(set, found, row)) {
            return ScheduleStatus::failed;
        }
        const OpId op{row.id.uuid};
        // A client that knows the schedule may have sent it by itself, under the same operation.
        if (!found.by_op_id.contains({row.sender, op})) {
            MessageRow message;
            message.id = message_;
            message.sender = row.sender;
            message.type = row.type;
            message.content = row.content;
            message.metadata = metadata_of_message(row);
            message.client_random = row.client_random;
            message.op_id = op;
            message.shadowed = is_shadowed(found, row.sender, set.now);
            append_message(set, found, std::move(message), std::nullopt);
        }
        return ScheduleStatus::sent;
    }

 private:
    // Everything may have changed since it was scheduled.
    [[nodiscard]] bool may_send(const WorkingSet& set, const ConversationEntry& found,
                                const ScheduleRow& row) const {
        const MemberRow* const sender = found.active_member(row.sender);
        return sender != nullptr && found.row.active && !refuse_muted(found, row.sender, set.now) &&
               !refuse_by_policy(found, *sender, row.type) &&
               !refuse_blocked(found, row.sender, contacts_);
    }

    const MessageId message_;
    const Limits& limits_;
    Contacts* const contacts_;
};

class GiveUp final : public Settle {
 public:
    using Settle::Settle;

 protected:
    ScheduleStatus settle(WorkingSet&, ConversationEntry&, const ScheduleRow&) override {
        return ScheduleStatus::failed;
    }
};

}  // namespace

std::unique_ptr<Command> make_dispatch(const DueSchedule& due, MessageId message,
                                       const Limits& limits, Contacts* contacts,
                                       Completion<bool> done) {
    return std::make_unique<Dispatch>(due, message, limits, contacts, std::move(done));
}

std::unique_ptr<Command> make_give_up(const DueSchedule& due, Completion<bool> done) {
    return std::make_unique<GiveUp>(due, std::move(done));
}

}  // namespace whispr
