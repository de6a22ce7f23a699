#include "whispr/schedules.hpp"

namespace whispr {

namespace {
Error todo() {
    return Error{Errc::internal, "not there yet", {}};
}
}  // namespace

void Schedules::create(const Caller&, CreateSchedule, Completion<Schedule> done) {
    done(todo());
}
void Schedules::update(const Caller&, UpdateSchedule, Completion<Schedule> done) {
    done(todo());
}
void Schedules::cancel(const Caller&, ScheduleId, Completion<Schedule> done) {
    done(todo());
}
void Schedules::list(const Caller&, ListSchedules, Completion<std::vector<Schedule>> done) {
    done(todo());
}

}  // namespace whispr
