// /conversations/:id/sanctions: list, issue, lift.
#include <array>

#include "edge/json/render.hpp"
#include "edge/json/text.hpp"
#include "rest/moderation_params.hpp"
#include "rest/moderator_gate.hpp"
#include "rest/reading.hpp"
#include "rest/router.hpp"
#include "whispr/moderation.hpp"

namespace whisprd::rest {

namespace {

using edge::HttpErrors;
using edge::HttpWording;
using whispr::Errc;
using whispr::Sanction;
using Sanctions = std::vector<Sanction>;

constexpr HttpErrors errors{.fields = edge::FieldErrors::error};
constexpr std::array lift_wordings{HttpWording{Errc::not_found, 404, "Sanction not found"},
                                   HttpWording{Errc::no_change, 409, "Sanction already lifted"}};
constexpr HttpErrors lift_errors{.wordings = lift_wordings};

void render_list(Call& call, const Sanctions& sanctions) {
    std::string& out = scratch();
    out += R"({"data":[)";
    for (const auto& sanction : sanctions) {
        if (out.back() != '[') out += ',';
        edge::json::write_sanction(out, sanction);
    }
    out += "]}";
    call.answer(200, out);
}

void list(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::ConversationId>(call, 0);
    if (!id) return;
    with_role(std::move(call), [id = *id](CallPtr asked, const whispr::Caller& caller) {
        auto& moderation = asked->service().engine.moderation();
        moderation.sanctions(caller, id,
                             answering<Sanctions>(std::move(asked), errors, render_list));
    });
}

whispr::IssueSanction read_sanction(const Params& params, whispr::ConversationId conversation,
                                    FieldCheck& check) {
    using namespace edge::json;
    whispr::IssueSanction command;
    command.conversation = conversation;
    const auto user = check.require("user_id", to_uuid(either(params, "user_id", "userId")));
    if (user) command.user = whispr::UserId{*user};
    const auto type = check.require("type", to_text(params.find("type")));
    const auto known = whispr::parse_sanction_type(type.value_or(""));
    if (known) command.type = *known;
    if (type && !known) {
        check.wrong.push_back({"type", given_text(type).empty() ? "can't be blank" : "is invalid"});
    }
    const auto reason = check.require("reason", to_text(params.find("reason")));
    command.reason = std::string(given_text(reason));
    if (reason && command.reason.empty()) check.wrong.push_back({"reason", "can't be blank"});
    command.expires_at =
        check.accept("expires_at", to_exact_time(either(params, "expires_at", "expiresAt")));
    return command;
}

void issue(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::ConversationId>(call, 0);
    if (!id) return;
    FieldCheck check;
    const auto command = read_sanction(call->params(), *id, check);
    as_moderator(std::move(call), [command, check](CallPtr asked, const whispr::Caller& caller) {
        if (!check.wrong.empty()) return asked->refuse(edge::http_error(check.error(), errors));
        auto& moderation = asked->service().engine.moderation();
        moderation.sanction(caller, command,
                            answering<Sanction>(std::move(asked), errors,
                                                [](Call& answered, const Sanction& issued) {
                                                    std::string& out = scratch();
                                                    out += R"({"data":)";
                                                    edge::json::write_sanction(out, issued);
                                                    out += '}';
                                                    answered.answer(201, out);
                                                }));
    });
}

// The sanction alone says where it is.
void lift(CallPtr call) {
    if (!admit(call)) return;
    const auto id = path_id<whispr::SanctionId>(call, 1);
    if (!id) return;
    as_moderator(std::move(call), [id = *id](CallPtr asked, const whispr::Caller& caller) {
        auto& moderation = asked->service().engine.moderation();
        moderation.lift(
            caller, id,
            answering<Sanction>(std::move(asked), lift_errors, [](Call& answered, const auto&) {
                answered.answer(200, R"({"message":"Sanction lifted"})");
            }));
    });
}

constexpr std::array routes{
    Route{"GET", "/conversations/:conversation_id/sanctions", list},
    Route{"POST", "/conversations/:conversation_id/sanctions", issue},
    Route{"DELETE", "/conversations/:conversation_id/sanctions/:id", lift},
};

}  // namespace

std::span<const Route> sanction_routes() {
    return routes;
}

}  // namespace whisprd::rest
