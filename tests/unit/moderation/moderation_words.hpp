// Short calls for the use cases of moderation.
#pragma once

#include "support/engine_fixture.hpp"

namespace whispr::test {

inline const UserId warden{numbered(9)};

inline Answer<Report> report(EngineFixture& on, UserId by, FileReport command) {
    Answer<Report> answer;
    on.engine->moderation().report(Caller{by, {}}, std::move(command), answer.completion());
    return answer;
}

inline Answer<Report> report(EngineFixture& on, UserId by, UserId whom,
                             std::optional<MessageId> message = std::nullopt) {
    return report(on, by, FileReport{.reported = whom, .message = message});
}

inline Answer<Report> shown(EngineFixture& on, const Caller& by, ReportId id) {
    Answer<Report> answer;
    on.engine->moderation().show(by, id, answer.completion());
    return answer;
}

inline Answer<Report> resolve(EngineFixture& on, const Caller& by, ReportId id, std::string action,
                              std::string notes = {}) {
    Answer<Report> answer;
    on.engine->moderation().resolve(by, {id, std::move(action), std::move(notes)},
                                    answer.completion());
    return answer;
}

inline Answer<Sanction> sanction(EngineFixture& on, IssueSanction command) {
    Answer<Sanction> answer;
    on.engine->moderation().sanction(Caller{warden, {}, true}, std::move(command),
                                     answer.completion());
    return answer;
}

inline Answer<Sanction> sanction(EngineFixture& on, ConversationId where, UserId whom,
                                 SanctionType type, std::optional<Time> until = std::nullopt) {
    return sanction(on, IssueSanction{where, whom, type, "because", until});
}

inline Answer<Sanction> lift(EngineFixture& on, SanctionId id) {
    Answer<Sanction> answer;
    on.engine->moderation().lift(Caller{warden, {}, true}, id, answer.completion());
    return answer;
}

inline Answer<std::vector<Sanction>> sanctions(EngineFixture& on, const Caller& by,
                                               ConversationId where) {
    Answer<std::vector<Sanction>> answer;
    on.engine->moderation().sanctions(by, where, answer.completion());
    return answer;
}

}  // namespace whispr::test
