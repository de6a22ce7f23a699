#include "socket/upgrade.hpp"

#include <algorithm>
#include <array>

#include "edge/log_redaction.hpp"
#include "meters.hpp"
#include "rest/dispatch.hpp"
#include "rest/params.hpp"
#include "socket/session.hpp"
#include "user_sockets.hpp"

namespace whisprd::socket {

namespace {

struct Admission {
    unsigned status = 403;  // 101: admitted
    whispr::Caller caller;
    edge::KeyMark key{};
    edge::phoenix::Dialect dialect = edge::phoenix::Dialect::v2;
    std::string_view why;
};

std::optional<std::string_view> last_of(const rest::Pairs& pairs, std::string_view name) {
    std::optional<std::string_view> found;
    for (const auto& [key, value] : pairs) {
        if (key == name) found = value;
    }
    return found;
}

Admission judge(Service& service, const net::HttpRequest& request) {
    if (!rest::may_reach(service, request))
        return {.status = 403, .caller = {}, .why = "not this machine"};
    const auto query = rest::parse_pairs(request.query());
    if (!query) return {.status = 403, .caller = {}, .why = "malformed query"};
    const auto dialect = edge::phoenix::dialect_of(last_of(*query, "vsn"));
    if (!dialect) return {.status = 403, .caller = {}, .why = "unknown vsn"};
    const auto token = last_of(*query, "token").value_or("");
    const auto who = service.authenticator.authenticate_token(token, edge::TokenUse::socket,
                                                              std::chrono::system_clock::now());
    if (const auto* refusal = std::get_if<edge::Refusal>(&who)) {
        // Transient trouble must not look like a refusal: clients end their session over that.
        const unsigned status = *refusal == edge::Refusal::keys_not_loaded ? 503 : 403;
        return {.status = status, .caller = {}, .why = edge::name_of(*refusal)};
    }
    const auto& identity = std::get<edge::Identity>(who);
    const auto user = whispr::UserId::parse(identity.user_id);
    if (!user) return {.status = 403, .caller = {}, .why = "no user"};
    return {.status = 101,
            .caller = {*user, identity.device_id.value_or("")},
            .key = service.authenticator.key_of(token),
            .dialect = *dialect,
            .why = {}};
}

net::HttpResponse refusal(Service& service, const net::HttpRequest& request, unsigned status,
                          std::string_view why) {
    service.meters.upgrades_refused.add();
    service.log.info("socket refused", {{"status", status},
                                        {"reason", why},
                                        {"peer", request.peer_address()},
                                        {"target", edge::redact_target(request.target())}});
    net::HttpResponse response;
    response.status = status;
    response.add("cache-control", "max-age=0, private, must-revalidate");
    if (status == 503 || status == 429) response.add("retry-after", "1");
    return response;
}

}  // namespace

bool is_socket_path(std::string_view path) {
    constexpr std::array<std::string_view, 2> paths{"/socket/websocket",
                                                    "/messaging/socket/websocket"};
    while (path.size() > 1 && path.back() == '/')
        path.remove_suffix(1);
    return std::find(paths.begin(), paths.end(), path) != paths.end();
}

void upgrade(Service& service, const net::HttpRequest& request, net::UpgradeResponder responder) {
    if (!is_socket_path(request.path())) return responder.refuse(rest::malformed_request(404));
    const Admission admission = judge(service, request);
    if (admission.status != 101) {
        return responder.refuse(refusal(service, request, admission.status, admission.why));
    }
    if (!service.sockets.open(admission.caller.user)) {
        return responder.refuse(refusal(service, request, 429, "too many sockets of one user"));
    }
    responder.accept(
        std::make_unique<Session>(service, admission.caller, admission.key, admission.dialect));
}

net::HttpResponse not_a_handshake(Service& service, const net::HttpRequest& request) {
    const Admission admission = judge(service, request);
    return refusal(service, request, admission.status == 101 ? 400 : admission.status,
                   admission.why);
}

}  // namespace whisprd::socket
