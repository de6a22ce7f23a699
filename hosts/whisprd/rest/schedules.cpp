// /messages/scheduled: what the caller has written for later.
#include <array>

#include "edge/json/render_unsent.hpp"
#include "edge/json/text.hpp"
#include "rest/reading.hpp"
#include "rest/router.hpp"
#include "whispr/limits.hpp"
#include "whispr/schedules.hpp"

namespace whisprd::rest {

namespace {

using edge::HttpErrors;
using edge::HttpWording;
using edge::json::Kind;
using whispr::Errc;
using whispr::Schedule;

constexpr std::array create_wordings{HttpWording{Errc::not_a_member, 403, "Forbidden"}};
constexpr HttpErrors create_errors{.wordings = create_wordings};
constexpr HttpErrors list_errors{};
// What somebody else has scheduled is not there.
constexpr std::array update_wordings{
    HttpWording{Errc::not_found, 404, "Scheduled message not found"},
    HttpWording{Errc::not_pending, 422, "Can only update pending scheduled messages"}};
constexpr HttpErrors update_errors{.wordings = update_wordings};
constexpr std::array cancel_wordings{
    HttpWording{Errc::not_found, 404, "Scheduled message not found"}};
constexpr HttpErrors cancel_errors{.wordings = cancel_wordings};

void render(Call& call, unsigned status, const Schedule& schedule) {
    std::string& out = scratch();
    out += R"({"data":)";
    edge::json::write_schedule(out, schedule);
    out += '}';
    call.answer(status, out);
}

void write_list(std::string& out, const std::vector<Schedule>& schedules) {
    out += '[';
    for (const Schedule& schedule : schedules) {
        if (out.back() != '[') out += ',';
        edge::json::write_schedule(out, schedule);
    }
    out += ']';
}

void render_list(Call& call, const std::vector<Schedule>& schedules,
                 const whispr::ListSchedules& request) {
    std::string& out = scratch();
    if (request.conversation) {
        // Existing clients that ask about one conversation sort the answer itself.
        write_list(out, schedules);
    } else {
        out += R"({"data":)";
        write_list(out, schedules);
        out += R"(,"meta":{"count":)";
        edge::json::write_number(out, static_cast<std::int64_t>(schedules.size()));
        out += R"(,"limit":)";
        edge::json::write_number(out, static_cast<std::int64_t>(request.limit));
        out += R"(,"offset":)";
        edge::json::write_number(out, static_cast<std::int64_t>(request.offset));
        out += "}}";
    }
    call.answer(200, out);
}

void list(CallPtr call) {
    if (!admit(call)) return;
    const Params& params = call->params();
    whispr::ListSchedules request;
    request.limit = read_limit(params, whispr::limits::page_rows, whispr::limits::page_rows);
    request.offset = read_offset(params);
    const auto conversation = edge::json::to_uuid(params.find("conversation_id"));
    if (conversation.wrong) return call->refuse(edge::framework_error(400));
    if (conversation.value) request.conversation = whispr::ConversationId{*conversation.value};
    FieldCheck check;
    if (const auto text = check.accept("status", edge::json::to_text(params.find("status")))) {
        const auto status = whispr::parse_schedule_status(*text);
        if (!status) check.wrong.push_back({"status", "is invalid"});
        request.status = status.value_or(request.status);
    }
    if (!check.wrong.empty()) return call->refuse(edge::http_error(check.error(), list_errors));
    auto& schedules = call->service().engine.schedules();
    const whispr::Caller caller = *call->caller();
    schedules.list(caller, request,
                   answering<std::vector<Schedule>>(std::move(call), list_errors,
                                                    [request](Call& asked, auto& found) {
                                                        render_list(asked, found, request);
                                                    }));
}

std::optional<whispr::MessageType> read_type(const Params& fields, FieldCheck& check) {
    const auto text =
        check.accept("message_type", edge::json::to_text(fields.find("message_type")));
    if (!text) return std::nullopt;
    const auto type = whispr::parse_message_type(*text);
    if (!type) check.wrong.push_back({"message_type", "is invalid"});
    return type;
}

void create(CallPtr call) {
    if (!admit(call)) return;
    const Params fields = call->params().under("scheduled_message");
    FieldCheck check;
    whispr::CreateSchedule command;
    const auto conversation = edge::json::to_uuid(fields.find("conversation_id"));
    if (conversation.wrong) return call->refuse(edge::framework_error(400));
    if (conversation.absent()) {
        check.wrong.push_back({"conversation_id", "can't be blank"});
        return call->refuse(edge::http_error(check.error(), create_errors));
    }
    command.conversation = whispr::ConversationId{*conversation.value};
    if (const auto text = check.require("content", edge::json::to_text(fields.find("content")))) {
        command.content = std::string(*text);
    }
    if (const auto type = read_type(fields, check)) command.type = *type;
    const auto metadata = edge::json::to_object(fields.find("metadata"));
    if (const auto json = check.accept("metadata", metadata)) {
        command.metadata = std::string(*json);
    }
    command.client_random =
        check.accept("client_random", edge::json::to_exact_integer(fields.find("client_random")));
    const auto moment = edge::json::to_time(fields.find("scheduled_at"));
    if (const auto time = check.require("scheduled_at", moment)) command.scheduled_at = *time;
    if (!read_op_id(call, command.op_id)) return;
    if (!check.wrong.empty()) {
        return refuse_fields(std::move(call), command.conversation, check, create_errors);
    }
    auto& schedules = call->service().engine.schedules();
    const whispr::Caller caller = *call->caller();
    schedules.create(
        caller, std::move(command),
        answering<Schedule>(std::move(call), create_errors,
                            [](Call& asked, auto& made) { render(asked, 201, made); }));
}

void update(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::ScheduleId>(call, 0);
    if (!id) return;
    const Params fields = call->params().under("scheduled_message");
    FieldCheck check;
    for (const std::string_view name : {"content", "scheduled_at", "message_type", "metadata"}) {
        if (fields.find(name).kind == Kind::null) {
            check.wrong.push_back({std::string(name), "can't be blank"});
        }
    }
    whispr::UpdateSchedule command;
    command.schedule = *id;
    command.type = read_type(fields, check);
    if (const auto text = check.accept("content", edge::json::to_text(fields.find("content")))) {
        command.content = std::string(*text);
    }
    const auto metadata = edge::json::to_object(fields.find("metadata"));
    if (const auto json = check.accept("metadata", metadata)) {
        command.metadata = std::string(*json);
    }
    command.scheduled_at =
        check.accept("scheduled_at", edge::json::to_time(fields.find("scheduled_at")));
    if (!check.wrong.empty()) return call->refuse(edge::http_error(check.error(), update_errors));
    auto& schedules = call->service().engine.schedules();
    const whispr::Caller caller = *call->caller();
    schedules.update(
        caller, std::move(command),
        answering<Schedule>(std::move(call), update_errors,
                            [](Call& asked, auto& changed) { render(asked, 200, changed); }));
}

void cancel(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::ScheduleId>(call, 0);
    if (!id) return;
    auto& schedules = call->service().engine.schedules();
    const whispr::Caller caller = *call->caller();
    auto done =
        answering<Schedule>(std::move(call), cancel_errors,
                            [](Call& asked, auto& cancelled) { render(asked, 200, cancelled); });
    // Told as a wrong field here, unlike anywhere else.
    schedules.cancel(caller, *id,
                     whispr::Completion<Schedule>(
                         [done = std::move(done)](whispr::Result<Schedule> result) mutable {
                             if (!result && result.error().code == Errc::not_pending) {
                                 result = whispr::Error{
                                     Errc::invalid,
                                     result.error().text,
                                     {{"status", "can only cancel pending messages"}}};
                             }
                             done(std::move(result));
                         }));
}

constexpr std::array routes{
    Route{"GET", "/messages/scheduled", list},
    Route{"POST", "/messages/scheduled", create},
    Route{"PATCH", "/messages/scheduled/:id", update},
    Route{"DELETE", "/messages/scheduled/:id", cancel},
};

}  // namespace

std::span<const Route> schedule_routes() {
    return routes;
}

}  // namespace whisprd::rest
