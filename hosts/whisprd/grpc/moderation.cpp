// ModerationService. Who is a moderator is found out first; the engine refuses others.
#include <array>

#include "grpc/methods.hpp"
#include "moderators.hpp"
#include "proto/codec/moderation.hpp"

namespace whisprd::rpc {

namespace {

namespace v1 = whispr::v1;
using whispr::Report;
using whispr::Sanction;

// Calls `then(CallPtr, Caller)` with a caller of whom it is known whether it moderates.
template <class Then>
void with_role(CallPtr call, Then then) {
    whispr::Caller caller = call->caller();
    const std::string authorization = call->authorization();
    auto& moderators = call->service().moderators;
    Worker& worker = call->worker();
    // Functions are copied, calls are not.
    const auto kept = std::make_shared<CallPtr>(std::move(call));
    moderators.ask(
        caller.user, authorization, std::chrono::steady_clock::now(),
        [kept, caller, &worker, then = std::move(then)](bool moderator) mutable {
            caller.moderator = moderator;
            worker.post([kept, caller, then]() mutable { then(std::move(*kept), caller); });
        });
}

template <class Response>
void answer_report(Call& call, const Report& report) {
    Response response;
    whispr::codec::encode(report, *response.mutable_report());
    call.answer(response);
}

template <class Response>
void answer_reports(Call& call, const std::vector<Report>& reports) {
    Response response;
    for (const auto& report : reports)
        whispr::codec::encode(report, *response.add_reports());
    call.answer(response);
}

template <class Response>
void answer_sanction(Call& call, const Sanction& sanction) {
    Response response;
    whispr::codec::encode(sanction, *response.mutable_sanction());
    call.answer(response);
}

void file_report(CallPtr call, const v1::FileReportRequest& request) {
    auto command = whispr::codec::decode(request);
    if (!command) return call->refuse(command.error());
    auto& moderation = call->service().engine.moderation();
    const whispr::Caller caller = call->caller();
    moderation.report(caller, *std::move(command),
                      answering<Report>(std::move(call), answer_report<v1::FileReportResponse>));
}

void list_own_reports(CallPtr call, const v1::ListOwnReportsRequest& request) {
    const auto list = whispr::codec::decode(request);
    if (!list) return call->refuse(list.error());
    auto& moderation = call->service().engine.moderation();
    const whispr::Caller caller = call->caller();
    moderation.own_reports(caller, *list,
                           answering<std::vector<Report>>(
                               std::move(call), answer_reports<v1::ListOwnReportsResponse>));
}

void show_report(CallPtr call, const v1::ShowReportRequest& request) {
    const auto id = read_id<whispr::ReportId>(call, "report_id", request.report_id());
    if (!id) return;
    with_role(std::move(call), [id = *id](CallPtr asked, const whispr::Caller& caller) {
        auto& moderation = asked->service().engine.moderation();
        moderation.show(caller, id,
                        answering<Report>(std::move(asked), answer_report<v1::ShowReportResponse>));
    });
}

void list_reports(CallPtr call, const v1::ListReportsRequest& request) {
    const auto list = whispr::codec::decode(request);
    if (!list) return call->refuse(list.error());
    with_role(std::move(call), [list = *list](CallPtr asked, const whispr::Caller& caller) {
        auto& moderation = asked->service().engine.moderation();
        moderation.reports(caller, list,
                           answering<std::vector<Report>>(std::move(asked),
                                                          answer_reports<v1::ListReportsResponse>));
    });
}

void resolve_report(CallPtr call, const v1::ResolveReportRequest& request) {
    const auto command = whispr::codec::decode(request);
    if (!command) return call->refuse(command.error());
    with_role(std::move(call), [command = *command](CallPtr asked, const whispr::Caller& caller) {
        auto& moderation = asked->service().engine.moderation();
        moderation.resolve(
            caller, command,
            answering<Report>(std::move(asked), answer_report<v1::ResolveReportResponse>));
    });
}

void issue_sanction(CallPtr call, const v1::IssueSanctionRequest& request) {
    const auto command = whispr::codec::decode(request);
    if (!command) return call->refuse(command.error());
    with_role(std::move(call), [command = *command](CallPtr asked, const whispr::Caller& caller) {
        auto& moderation = asked->service().engine.moderation();
        moderation.sanction(
            caller, command,
            answering<Sanction>(std::move(asked), answer_sanction<v1::IssueSanctionResponse>));
    });
}

void lift_sanction(CallPtr call, const v1::LiftSanctionRequest& request) {
    const auto id = read_id<whispr::SanctionId>(call, "sanction_id", request.sanction_id());
    if (!id) return;
    with_role(std::move(call), [id = *id](CallPtr asked, const whispr::Caller& caller) {
        auto& moderation = asked->service().engine.moderation();
        moderation.lift(
            caller, id,
            answering<Sanction>(std::move(asked), answer_sanction<v1::LiftSanctionResponse>));
    });
}

void list_sanctions(CallPtr call, const v1::ListSanctionsRequest& request) {
    const auto id =
        read_id<whispr::ConversationId>(call, "conversation_id", request.conversation_id());
    if (!id) return;
    with_role(std::move(call), [id = *id](CallPtr asked, const whispr::Caller& caller) {
        auto& moderation = asked->service().engine.moderation();
        moderation.sanctions(
            caller, id,
            answering<std::vector<Sanction>>(std::move(asked), [](Call& answered, auto& found) {
                v1::ListSanctionsResponse response;
                for (const auto& sanction : found)
                    whispr::codec::encode(sanction, *response.add_sanctions());
                answered.answer(response);
            }));
    });
}

constexpr std::array methods{
    method<v1::FileReportRequest, file_report>("FileReport"),
    method<v1::ListOwnReportsRequest, list_own_reports>("ListOwnReports"),
    method<v1::ShowReportRequest, show_report>("ShowReport"),
    method<v1::ListReportsRequest, list_reports>("ListReports"),
    method<v1::ResolveReportRequest, resolve_report>("ResolveReport"),
    method<v1::IssueSanctionRequest, issue_sanction>("IssueSanction"),
    method<v1::LiftSanctionRequest, lift_sanction>("LiftSanction"),
    method<v1::ListSanctionsRequest, list_sanctions>("ListSanctions"),
};

}  // namespace

ServiceTable moderation_service() {
    return {"whispr.v1.ModerationService", methods};
}

}  // namespace whisprd::rpc
