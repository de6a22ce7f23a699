// An engine with the calls of scheduled messages, a minute ahead unless told otherwise.
#pragma once

#include <string>
#include <vector>

#include "support/engine_fixture.hpp"

namespace whispr::test {

template <class Engine>
struct Scheduling : Engine {
    using Engine::Engine;

    [[nodiscard]] CreateSchedule later(ConversationId id, std::chrono::microseconds ahead,
                                       std::string content = "later") const {
        CreateSchedule command;
        command.conversation = id;
        command.content = std::move(content);
        command.scheduled_at = this->clock->now() + ahead;
        return command;
    }
    Answer<Schedule> schedule(UserId caller, CreateSchedule command) {
        Answer<Schedule> answer;
        this->engine->schedules().create({caller, {}}, std::move(command), answer.completion());
        return answer;
    }
    Answer<Schedule> schedule(UserId caller, ConversationId id,
                              std::chrono::microseconds ahead = std::chrono::seconds(60),
                              std::string content = "later") {
        return schedule(caller, later(id, ahead, std::move(content)));
    }
    Answer<Schedule> change(UserId caller, UpdateSchedule command) {
        Answer<Schedule> answer;
        this->engine->schedules().update({caller, {}}, std::move(command), answer.completion());
        return answer;
    }
    Answer<Schedule> cancel(UserId caller, ScheduleId id) {
        Answer<Schedule> answer;
        this->engine->schedules().cancel({caller, {}}, id, answer.completion());
        return answer;
    }
    std::vector<Schedule> scheduled(UserId caller, ListSchedules request = {}) {
        Answer<std::vector<Schedule>> answer;
        this->engine->schedules().list({caller, {}}, request, answer.completion());
        return answer.value();
    }
    std::vector<std::string> texts(UserId caller, ScheduleStatus status = ScheduleStatus::pending) {
        ListSchedules request;
        request.status = status;
        std::vector<std::string> found;
        for (const Schedule& one : scheduled(caller, request))
            found.push_back(one.content);
        return found;
    }
};

}  // namespace whispr::test
