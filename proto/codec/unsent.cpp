#include "proto/codec/unsent.hpp"

#include "proto/codec/messages.hpp"
#include "whispr/limits.hpp"

namespace whispr::codec {

namespace {

v1::ScheduleStatus encode(ScheduleStatus status) noexcept {
    switch (status) {
        case ScheduleStatus::pending:
            return v1::SCHEDULE_STATUS_PENDING;
        case ScheduleStatus::sent:
            return v1::SCHEDULE_STATUS_SENT;
        case ScheduleStatus::cancelled:
            return v1::SCHEDULE_STATUS_CANCELLED;
        case ScheduleStatus::failed:
            return v1::SCHEDULE_STATUS_FAILED;
    }
    return v1::SCHEDULE_STATUS_UNSPECIFIED;
}

std::optional<ScheduleStatus> decode(v1::ScheduleStatus status) {
    switch (status) {
        case v1::SCHEDULE_STATUS_UNSPECIFIED:
        case v1::SCHEDULE_STATUS_PENDING:
            return ScheduleStatus::pending;
        case v1::SCHEDULE_STATUS_SENT:
            return ScheduleStatus::sent;
        case v1::SCHEDULE_STATUS_CANCELLED:
            return ScheduleStatus::cancelled;
        case v1::SCHEDULE_STATUS_FAILED:
            return ScheduleStatus::failed;
        default:
            return std::nullopt;
    }
}

}  // namespace

void encode(const Draft& draft, v1::Draft& out) {
    out.set_id(draft.id.to_string());
    out.set_conversation_id(draft.conversation.to_string());
    out.set_user_id(draft.user.to_string());
    out.set_content(draft.content);
    out.set_metadata(draft.metadata);
    encode(draft.created_at, *out.mutable_created_at());
    encode(draft.updated_at, *out.mutable_updated_at());
    out.set_useq(draft.useq);
}

void encode(const Schedule& schedule, v1::Schedule& out) {
    out.set_id(schedule.id.to_string());
    out.set_conversation_id(schedule.conversation.to_string());
    out.set_sender_id(schedule.sender.to_string());
    out.set_type(encode(schedule.type));
    out.set_content(schedule.content);
    out.set_metadata(schedule.metadata);
    if (schedule.client_random) out.set_client_random(*schedule.client_random);
    encode(schedule.scheduled_at, *out.mutable_scheduled_at());
    out.set_status(encode(schedule.status));
    encode(schedule.created_at, *out.mutable_created_at());
    encode(schedule.updated_at, *out.mutable_updated_at());
    out.set_useq(schedule.useq);
}

Result<SaveDraft> decode(const v1::SaveDraftRequest& request) {
    Fields fields;
    SaveDraft command;
    command.conversation = fields.id<ConversationId>("conversation_id", request.conversation_id());
    command.content = request.content();
    command.metadata = Fields::object_or_empty(request.metadata());
    return fields.finish(std::move(command));
}

Result<CreateSchedule> decode(const v1::CreateScheduleRequest& request) {
    Fields fields;
    CreateSchedule command;
    command.conversation = fields.id<ConversationId>("conversation_id", request.conversation_id());
    const auto type = decode(request.type(), MessageType::text);
    if (!type) fields.wrong("type", "is invalid");
    command.type = type.value_or(MessageType::text);
    command.content = request.content();
    command.metadata = Fields::object_or_empty(request.metadata());
    if (request.has_client_random()) command.client_random = request.client_random();
    const auto at = fields.time("scheduled_at", request.has_scheduled_at(), request.scheduled_at());
    if (!request.has_scheduled_at()) fields.wrong("scheduled_at", "can't be blank");
    command.scheduled_at = at.value_or(Time{});
    command.op_id = fields.optional_id<OpId>("op_id", request.has_op_id(), request.op_id());
    return fields.finish(std::move(command));
}

Result<UpdateSchedule> decode(const v1::UpdateScheduleRequest& request) {
    Fields fields;
    UpdateSchedule command;
    command.schedule = fields.id<ScheduleId>("schedule_id", request.schedule_id());
    if (request.type() != v1::MESSAGE_TYPE_UNSPECIFIED) {
        command.type = decode(request.type(), MessageType::text);
        if (!command.type) fields.wrong("type", "is invalid");
    }
    if (request.has_content()) command.content = request.content();
    if (request.has_metadata()) command.metadata = request.metadata();
    command.scheduled_at =
        fields.time("scheduled_at", request.has_scheduled_at(), request.scheduled_at());
    return fields.finish(std::move(command));
}

Result<ListSchedules> decode(const v1::ListSchedulesRequest& request) {
    Fields fields;
    ListSchedules list;
    list.conversation = fields.optional_id<ConversationId>(
        "conversation_id", request.has_conversation_id(), request.conversation_id());
    const auto status = decode(request.status());
    if (!status) fields.wrong("status", "is invalid");
    list.status = status.value_or(ScheduleStatus::pending);
    list.limit = fields.limit(request.limit(), 100, limits::page_rows);
    list.offset = fields.offset("offset", request.offset());
    return fields.finish(list);
}

}  // namespace whispr::codec
