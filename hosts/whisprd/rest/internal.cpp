// /internal/v1: what sibling services ask. They prove themselves with x-internal-token; where none
// is configured there are no such routes.
#include <array>

#include "edge/json/text.hpp"
#include "edge/secret.hpp"
#include "neighbours.hpp"
#include "rest/reading.hpp"
#include "rest/router.hpp"
#include "sibling_orders.hpp"

namespace whisprd::rest {

namespace {

using edge::json::Kind;

constexpr std::size_t backup_id_bytes = 255;

bool is_sibling(const Call& call) {
    const auto tokens = call.request().headers("x-internal-token");
    return tokens.size() == 1 &&
           edge::is_secret(tokens[0], call.service().config.internal_api_token);
}

// A sibling asks; otherwise the call was answered and is empty.
bool admit_sibling(CallPtr& call) {
    call->same_origin_only();
    if (is_sibling(*call)) return true;
    if (call->service().config.internal_api_token.empty()) {
        call->refuse(edge::framework_error(404));
    } else {
        call->refuse(edge::plain_error(401, "Unauthorized"));
    }
    call.reset();
    return false;
}

// A trusted proxy has named the user that the request is for.
bool is_named_by_proxy(const Call& call) {
    const auto users = call.request().headers("x-user-id");
    if (users.empty()) return false;
    const auto who = call.service().authenticator.authenticate(
        {{}, users, call.request().peer_address()}, std::chrono::system_clock::now());
    return std::holds_alternative<edge::Identity>(who);
}

// {"data":{"userId":...,"<name>":"<value>"}}, 202: what follows happens without the caller.
void accept_for(Call& call, whispr::UserId user, std::string_view name, std::string_view value) {
    std::string& out = scratch();
    out += R"({"data":{"userId":)";
    edge::json::write(out, user);
    out += ",";
    edge::json::write_text(out, name);
    out += ":";
    edge::json::write_text(out, value);
    out += "}}";
    call.answer(202, out);
}

// Tells the user's devices something that another service knows: a call, a mention, a decision.
void publish(CallPtr call) {
    if (!admit_sibling(call)) return;
    const auto user = path_id<whispr::UserId>(call, 0);
    if (!user) return;
    FieldCheck check;
    const Params& params = call->params();
    const auto event = check.require("event", edge::json::to_text(params.body("event")));
    if (event && !is_sibling_event(*event)) {
        check.wrong.push_back({"event", event->empty() ? "can't be blank" : "is invalid"});
    } else if (event && is_own_event(*event)) {
        check.wrong.push_back({"event", "is reserved"});
    }
    const auto payload = check.accept("payload", edge::json::to_object(params.body("payload")));
    if (payload && payload->size() > sibling_payload_bytes)
        check.wrong.push_back({"payload", "exceeds maximum size of " +
                                              std::to_string(sibling_payload_bytes) + " bytes"});
    if (!check.wrong.empty()) return call->refuse(edge::http_error(check.error(), {}));
    call->service().neighbours.tell_user(*user, *event, payload.value_or("{}"));
    accept_for(*call, *user, "event", *event);
}

// Logout and ban: ends the user's sockets, or those of one device.
void disconnect(CallPtr call) {
    if (!admit_sibling(call)) return;
    const auto user = path_id<whispr::UserId>(call, 0);
    if (!user) return;
    FieldCheck check;
    const Params& params = call->params();
    const auto reason = check.accept("reason", edge::json::to_text(params.body("reason")));
    if (reason && (reason->empty() || reason->size() > sign_out_reason_bytes))
        check.wrong.push_back({"reason", "is invalid"});
    const auto device = check.accept("device_id", edge::json::to_text(params.body("device_id")));
    if (device && device->empty()) check.wrong.push_back({"device_id", "can't be blank"});
    if (!check.wrong.empty()) return call->refuse(edge::http_error(check.error(), {}));
    socket::SignOut order{.user = *user, .reason = std::string(reason.value_or("signed out"))};
    if (device) order.only_of = std::string(*device);
    call->service().log.info("user signed out",
                             {{"user", user->to_string()}, {"reason", order.reason}});
    call->service().neighbours.sign_out(order);
    accept_for(*call, *user, "reason", order.reason);
}

// user-service gives a backup back to every service. Ours keeps its own history and has nothing to
// put back, so the request is acknowledged, and said to be no more than that.
void restore(CallPtr call) {
    if (is_named_by_proxy(*call)) {
        call->same_origin_only();
    } else if (!admit_sibling(call)) {
        return;
    }
    FieldCheck check;
    const Params& params = call->params();
    const auto user = check.require("userId", edge::json::to_uuid(params.body("userId")));
    const auto backup = check.require("backupId", edge::json::to_text(params.body("backupId")));
    if (backup && (backup->empty() || backup->size() > backup_id_bytes))
        check.wrong.push_back({"backupId", "is invalid"});
    const auto data = params.body("data");
    if (!data.given()) check.wrong.push_back({"data", "can't be blank"});
    if (!check.wrong.empty()) return call->refuse(edge::http_error(check.error(), {}));
    const auto named = whispr::UserId::parse(call->request().header("x-user-id").value_or(""));
    if (!named || named->uuid != *user) return call->refuse(edge::plain_error(403, "Forbidden"));
    call->service().log.info("backup acknowledged, nothing restored",
                             {{"user", named->to_string()},
                              {"backup", std::string(*backup)},
                              {"bytes", data.text.size()}});
    std::string& out = scratch();
    out += R"({"data":{"userId":)";
    edge::json::write(out, *named);
    out += R"(,"backupId":)";
    edge::json::write_text(out, *backup);
    out += R"(,"status":"acknowledged","restored":0}})";
    call->answer(202, out);
}

constexpr std::array routes{
    Route{"POST", "/internal/v1/users/:id/events", publish, Audience::anyone},
    Route{"POST", "/internal/v1/users/:id/disconnect", disconnect, Audience::anyone},
    Route{"POST", "/internal/v1/backups/restore", restore, Audience::anyone},
};

}  // namespace

std::span<const Route> internal_routes() {
    return routes;
}

}  // namespace whisprd::rest
