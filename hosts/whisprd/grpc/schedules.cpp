// ScheduleService.
#include <array>

#include "grpc/methods.hpp"
#include "proto/codec/unsent.hpp"

namespace whisprd::rpc {

namespace {

namespace v1 = whispr::v1;

template <class Response>
void answer_schedule(Call& call, const whispr::Schedule& schedule) {
    Response response;
    whispr::codec::encode(schedule, *response.mutable_schedule());
    call.answer(response);
}

void create_schedule(CallPtr call, const v1::CreateScheduleRequest& request) {
    auto command = whispr::codec::decode(request);
    if (!command) return call->refuse(command.error());
    auto& schedules = call->service().engine.schedules();
    const whispr::Caller caller = call->caller();
    schedules.create(
        caller, *std::move(command),
        answering<whispr::Schedule>(std::move(call), answer_schedule<v1::CreateScheduleResponse>));
}

void update_schedule(CallPtr call, const v1::UpdateScheduleRequest& request) {
    auto command = whispr::codec::decode(request);
    if (!command) return call->refuse(command.error());
    auto& schedules = call->service().engine.schedules();
    const whispr::Caller caller = call->caller();
    schedules.update(
        caller, *std::move(command),
        answering<whispr::Schedule>(std::move(call), answer_schedule<v1::UpdateScheduleResponse>));
}

void cancel_schedule(CallPtr call, const v1::CancelScheduleRequest& request) {
    const auto id = read_id<whispr::ScheduleId>(call, "schedule_id", request.schedule_id());
    if (!id) return;
    auto& schedules = call->service().engine.schedules();
    const whispr::Caller caller = call->caller();
    schedules.cancel(
        caller, *id,
        answering<whispr::Schedule>(std::move(call), answer_schedule<v1::CancelScheduleResponse>));
}

void list_schedules(CallPtr call, const v1::ListSchedulesRequest& request) {
    const auto list = whispr::codec::decode(request);
    if (!list) return call->refuse(list.error());
    auto& schedules = call->service().engine.schedules();
    const whispr::Caller caller = call->caller();
    schedules.list(
        caller, *list,
        answering<std::vector<whispr::Schedule>>(std::move(call), [](Call& asked, auto& found) {
            v1::ListSchedulesResponse response;
            for (const auto& schedule : found)
                whispr::codec::encode(schedule, *response.add_schedules());
            asked.answer(response);
        }));
}

constexpr std::array methods{
    method<v1::CreateScheduleRequest, create_schedule>("CreateSchedule"),
    method<v1::UpdateScheduleRequest, update_schedule>("UpdateSchedule"),
    method<v1::CancelScheduleRequest, cancel_schedule>("CancelSchedule"),
    method<v1::ListSchedulesRequest, list_schedules>("ListSchedules"),
};

}  // namespace

ServiceTable schedule_service() {
    return {"whispr.v1.ScheduleService", methods};
}

}  // namespace whisprd::rpc
