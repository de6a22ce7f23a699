// /reports: file one, one's own, and for moderators the queue, figures, one report, its resolution.
#include <algorithm>
#include <array>

#include "edge/json/render.hpp"
#include "edge/json/text.hpp"
#include "rest/moderation_params.hpp"
#include "rest/moderator_gate.hpp"
#include "rest/reading.hpp"
#include "rest/report_statistics.hpp"
#include "rest/router.hpp"
#include "whispr/limits.hpp"
#include "whispr/moderation.hpp"

namespace whisprd::rest {

namespace {

using edge::HttpErrors;
using edge::HttpWording;
using whispr::Errc;
using whispr::Report;
using Reports = std::vector<Report>;

constexpr std::array file_wordings{
    HttpWording{Errc::limit_reached, 429,
                "Too many reports. Please wait before submitting another."},
    HttpWording{Errc::already_exists, 409, "You have already reported this message recently."}};
constexpr HttpErrors file_errors{.fields = edge::FieldErrors::error, .wordings = file_wordings};
constexpr HttpErrors list_errors{.fields = edge::FieldErrors::error};
constexpr std::array one_wordings{HttpWording{Errc::not_found, 404, "Report not found"},
                                  HttpWording{Errc::not_pending, 409, "Report already resolved"}};
constexpr HttpErrors one_errors{.fields = edge::FieldErrors::error, .wordings = one_wordings};

template <class Id>
std::optional<Id> to_id(const std::optional<whispr::Uuid>& uuid) {
    if (!uuid) return std::nullopt;
    return Id{*uuid};
}

whispr::FileReport read_report(const Params& params, FieldCheck& check) {
    using namespace edge::json;
    whispr::FileReport command;
    const auto reported = check.require(
        "reported_user_id", to_uuid(either(params, "reported_user_id", "reportedUserId")));
    if (reported) command.reported = whispr::UserId{*reported};
    const auto category = check.accept("category", to_text(params.find("category")));
    const auto known = whispr::parse_report_category(category.value_or(""));
    if (known) command.category = *known;
    if (!known && !params.find("category").given()) {
        check.wrong.push_back({"category", "can't be blank"});
    } else if (!known && category) {
        const bool blank = given_text(category).empty();
        check.wrong.push_back({"category", blank ? "can't be blank" : "is invalid"});
    }
    command.conversation = to_id<whispr::ConversationId>(check.accept(
        "conversation_id", to_uuid(either(params, "conversation_id", "conversationId"))));
    command.message = to_id<whispr::MessageId>(
        check.accept("message_id", to_uuid(either(params, "message_id", "messageId"))));
    command.description =
        std::string(given_text(check.accept("description", to_text(params.find("description")))));
    return command;
}

void render_one(Call& call, unsigned status, const Report& report, std::string_view message) {
    std::string& out = scratch();
    out += R"({"data":)";
    edge::json::write_report(out, report);
    if (!message.empty()) {
        out += R"(,"message":)";
        edge::json::write_text(out, message);
    }
    out += '}';
    call.answer(status, out);
}

void render_list(Call& call, const Reports& reports) {
    std::string& out = scratch();
    out += R"({"data":[)";
    for (const auto& report : reports) {
        if (out.back() != '[') out += ',';
        edge::json::write_report(out, report);
    }
    out += "]}";
    call.answer(200, out);
}

void file(CallPtr call) {
    if (!admit(call)) return;
    FieldCheck check;
    whispr::FileReport command = read_report(call->params(), check);
    if (!read_op_id(call, command.op_id)) return;
    if (!check.wrong.empty()) return call->refuse(edge::http_error(check.error(), file_errors));
    auto& moderation = call->service().engine.moderation();
    const whispr::Caller caller = *call->caller();
    moderation.report(
        caller, std::move(command),
        answering<Report>(std::move(call), file_errors, [](Call& asked, const Report& report) {
            render_one(asked, 201, report, "Report submitted successfully");
        }));
}

whispr::ListReports read_page(const Params& params) {
    whispr::ListReports request;
    request.limit = read_limit(params, whispr::limits::list_rows, whispr::limits::page_rows);
    request.offset = read_offset(params);
    return request;
}

void own(CallPtr call) {
    if (!admit(call)) return;
    const auto request = read_page(call->params());
    auto& moderation = call->service().engine.moderation();
    const whispr::Caller caller = *call->caller();
    moderation.own_reports(caller, request,
                           answering<Reports>(std::move(call), list_errors, render_list));
}

void queue(CallPtr call) {
    as_moderator(std::move(call), [](CallPtr asked, const whispr::Caller& caller) {
        auto request = read_page(asked->params());
        FieldCheck check;
        request.status = read_status(asked->params(), check);
        request.category = read_category(asked->params(), check);
        if (!check.wrong.empty()) {
            return asked->refuse(edge::http_error(check.error(), list_errors));
        }
        if (!request.status) request.status = whispr::ReportStatus::pending;
        auto& moderation = asked->service().engine.moderation();
        moderation.reports(caller, request,
                           answering<Reports>(std::move(asked), list_errors, render_list));
    });
}

void stats(CallPtr call) {
    as_moderator(std::move(call), [](CallPtr asked, const whispr::Caller& caller) {
        auto& moderation = asked->service().engine.moderation();
        moderation.facts(caller, whispr::Time{},
                         answering<statistics::Facts>(
                             std::move(asked), list_errors, [](Call& answered, const auto& facts) {
                                 std::string& out = scratch();
                                 statistics::write_queue_figures(out, facts, present());
                                 answered.answer(200, out);
                             }));
    });
}

// The reporter sees his report without anybody being asked who he is.
void show(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::ReportId>(call, 0);
    if (!id) return;
    auto& moderation = call->service().engine.moderation();
    net::IoThread& thread = call->thread();
    const whispr::Caller caller = *call->caller();
    const auto as_any_moderator = [id = *id, &moderation](CallPtr asked,
                                                          const whispr::Caller& asking) {
        moderation.show(asking, id,
                        answering<Report>(std::move(asked), one_errors,
                                          [](Call& answered, const Report& report) {
                                              render_one(answered, 200, report, {});
                                          }));
    };
    moderation.show(caller, *id,
                    whispr::Completion<Report>([call = std::move(call), &thread, as_any_moderator](
                                                   whispr::Result<Report> found) mutable {
                        thread.post([call = std::move(call), as_any_moderator,
                                     found = std::move(found)]() mutable {
                            if (found) return render_one(*call, 200, *found, {});
                            if (found.error().code == Errc::not_found) {
                                return with_role(std::move(call), as_any_moderator);
                            }
                            call->refuse(edge::http_error(found.error(), one_errors));
                        });
                    }));
}

void resolve(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::ReportId>(call, 0);
    if (!id) return;
    FieldCheck check;
    whispr::ResolveReport command;
    command.report = *id;
    const Params& params = call->params();
    command.action =
        std::string(given_text(check.accept("action", edge::json::to_text(params.find("action")))));
    command.notes =
        std::string(given_text(check.accept("notes", edge::json::to_text(params.find("notes")))));
    as_moderator(std::move(call), [command, check](CallPtr asked, const whispr::Caller& caller) {
        if (!check.wrong.empty()) {
            return asked->refuse(edge::http_error(check.error(), one_errors));
        }
        auto& moderation = asked->service().engine.moderation();
        moderation.resolve(caller, command,
                           answering<Report>(std::move(asked), one_errors,
                                             [](Call& answered, const Report& report) {
                                                 render_one(answered, 200, report,
                                                            "Report resolved");
                                             }));
    });
}

constexpr std::array routes{
    Route{"POST", "/reports", file},       Route{"GET", "/reports", own},
    Route{"GET", "/reports/queue", queue}, Route{"GET", "/reports/stats", stats},
    Route{"GET", "/reports/:id", show},    Route{"PUT", "/reports/:id/resolve", resolve},
};

// Under its own prefix: other services of this kind had it there.
constexpr std::array compatible{Route{"POST", "/api/v1/moderation/report", file}};

}  // namespace

std::span<const Route> report_routes() {
    return routes;
}

std::span<const Route> compatible_report_routes() {
    return compatible;
}

}  // namespace whisprd::rest
