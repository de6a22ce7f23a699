#include "whispr/moderation.hpp"

#include <algorithm>

#include "conversations/conversation_rules.hpp"
#include "engine/core.hpp"
#include "messages/locate_message.hpp"
#include "messages/message_rules.hpp"
#include "moderation/evidence.hpp"
#include "moderation/report_rules.hpp"
#include "moderation/sanction_rules.hpp"
#include "moderation/use_cases.hpp"

namespace whispr {

namespace {

Error only_moderators() {
    return Error{Errc::forbidden, "only moderators may do that", {}};
}

Error report_not_found(ReportId report) {
    return Error{Errc::not_found, "report " + report.to_string() + " was not found", {}};
}

// What the reporter may not see does not exist for him; everything else that goes wrong fails.
Result<void> look_at(ReadStorage& storage, UserId reporter, CheckedReport& checked, Time now) {
    const FileReport& report = checked.report;
    if (report.conversation) {
        const auto entered = enter(storage, *report.conversation, reporter);
        if (!entered) {
            const Errc code = entered.error().code;
            if (code != Errc::conversation_not_found && code != Errc::not_a_member) {
                return entered.error();
            }
            checked.wrong.push_back({"conversation_id", "does not exist"});
        }
    }
    if (report.message) {
        const auto located =
            locate_message(storage, reporter, *report.message, report.conversation, now);
        if (located) {
            checked.evidence = snapshot_of(located->rows.messages.front(), now);
        } else if (located.error().code == Errc::message_not_found) {
            checked.wrong.push_back({"message_id", "does not exist"});
        } else {
            return located.error();
        }
    }
    return {};
}

ReportQuery to_query(const ListReports& request) {
    ReportQuery query;
    query.status = request.status;
    query.category = request.category;
    query.limit = std::clamp<std::size_t>(request.limit, 1, limits::page_rows);
    query.offset = request.offset;
    return query;
}

// Only those that are not lifted are found by their user; lifting another one changes nothing.
Result<SanctionPlace> locate_sanction(ReadStorage& storage, SanctionId sanction) {
    ModerationReader& reader = storage.concepts().moderation;
    const auto conversation = reader.locate_sanction(sanction);
    if (!conversation) return conversation.error();
    if (!*conversation) {
        return Error{Errc::not_found, "sanction " + sanction.to_string() + " was not found", {}};
    }
    const auto access = storage.access(**conversation, system_user);
    if (!access) return access.error();
    SanctionPlace place{**conversation, *access ? (*access)->conversation.no : 0, {}};
    const auto rows = reader.sanctions(place.no, Time::min());
    if (!rows) return rows.error();
    for (const SanctionRow& row : *rows) {
        if (row.id == sanction) place.user = row.user;
    }
    return place;
}

Result<std::vector<Sanction>> read_sanctions(ReadStorage& storage, const Caller& caller,
                                             ConversationId conversation, Time now) {
    std::vector<Sanction> sanctions;
    const auto access = storage.access(conversation, caller.user);
    if (!access) return access.error();
    if (!*access) return sanctions;
    const bool member = (*access)->member && (*access)->member->active;
    if (!member && !caller.moderator) {
        return Error{Errc::not_a_member, "only members may see the sanctions", {}};
    }
    const auto rows = storage.concepts().moderation.sanctions((*access)->conversation.no, now);
    if (!rows) return rows.error();
    for (const SanctionRow& row : *rows) {
        const bool hidden = row.type == SanctionType::shadow_restrict && !caller.moderator;
        if (!hidden) sanctions.push_back(to_sanction(row, conversation, now));
    }
    return sanctions;
}

}  // namespace

void Moderation::report(const Caller& caller, FileReport command, Completion<Report> done) {
    CheckedReport checked{std::move(command), {}, "{}", ReportId{core_.new_id()}};
    checked.wrong = check_fields(checked.report, caller.user);
    core_.read_then<Report>(
        std::move(done), [&core = core_, user = caller.user, checked = std::move(checked)](
                             ReadStorage& storage, Completion<Report> answer) mutable {
            if (const auto looked = look_at(storage, user, checked, core.now()); !looked) {
                return answer(looked.error());
            }
            core.submit_taken(
                make_report(user, std::move(checked), core.limits(), std::move(answer)));
        });
}

void Moderation::own_reports(const Caller& caller, ListReports request,
                             Completion<std::vector<Report>> done) {
    ReportQuery query = to_query(request);
    query.reporter = caller.user;
    core_.read(std::move(done), [query](ReadStorage& storage) {
        return storage.concepts().moderation.reports(query);
    });
}

void Moderation::show(const Caller& caller, ReportId report, Completion<Report> done) {
    core_.read(std::move(done), [caller, report](ReadStorage& storage) -> Result<Report> {
        auto found = storage.concepts().moderation.report(report);
        if (!found) return found.error();
        const bool may_see = *found && (caller.moderator || (*found)->reporter == caller.user);
        if (!may_see) return report_not_found(report);
        return **std::move(found);
    });
}

void Moderation::reports(const Caller& caller, ListReports request,
                         Completion<std::vector<Report>> done) {
    if (!caller.moderator) return done(only_moderators());
    core_.read(std::move(done), [query = to_query(request)](ReadStorage& storage) {
        return storage.concepts().moderation.reports(query);
    });
}

void Moderation::resolve(const Caller& caller, ResolveReport command, Completion<Report> done) {
    if (!caller.moderator) return done(only_moderators());
    std::vector<FieldError> wrong;
    check_text("action", command.action, wrong);
    check_text("notes", command.notes, wrong);
    if (!wrong.empty()) return done(invalid_fields(std::move(wrong)));
    core_.submit(make_resolve(caller.user, std::move(command), std::move(done)));
}

void Moderation::facts(const Caller& caller, Time since,
                       Completion<std::vector<ReportFacts>> done) {
    if (!caller.moderator) return done(only_moderators());
    core_.read(std::move(done), [since](ReadStorage& storage) {
        return storage.concepts().moderation.report_facts(since);
    });
}

void Moderation::sanction(const Caller& caller, IssueSanction command, Completion<Sanction> done) {
    if (!caller.moderator) return done(only_moderators());
    std::vector<FieldError> wrong;
    if (command.user.is_nil()) wrong.push_back({"user_id", "can't be blank"});
    if (command.reason.empty()) wrong.push_back({"reason", "can't be blank"});
    check_text("reason", command.reason, wrong);
    if (!wrong.empty()) return done(invalid_fields(std::move(wrong)));
    const SanctionIds ids{SanctionId{core_.new_id()}, MessageId{core_.new_id()}};
    core_.submit(make_sanction(caller.user, std::move(command), ids, std::move(done)));
}

void Moderation::lift(const Caller& caller, SanctionId sanction, Completion<Sanction> done) {
    if (!caller.moderator) return done(only_moderators());
    core_.read_then<Sanction>(
        std::move(done), [&core = core_, user = caller.user, sanction](
                             ReadStorage& storage, Completion<Sanction> answer) {
            const auto place = locate_sanction(storage, sanction);
            if (!place) return answer(place.error());
            core.submit_taken(make_lift(user, sanction, *place, std::move(answer)));
        });
}

void Moderation::sanctions(const Caller& caller, ConversationId conversation,
                           Completion<std::vector<Sanction>> done) {
    core_.read(std::move(done), [&core = core_, caller, conversation](ReadStorage& storage) {
        return read_sanctions(storage, caller, conversation, core.now());
    });
}

}  // namespace whispr
