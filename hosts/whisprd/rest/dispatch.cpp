#include "rest/dispatch.hpp"

#include <algorithm>

#include "edge/authenticator_dev_mode.hpp"
#include "rest/page.hpp"
#include "rest/resumable_uploads.hpp"

namespace whisprd::rest {

namespace {

constexpr std::string_view api = "/messaging/api/v1";
constexpr std::string_view page_prefix = "/page/";

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

bool is_json_range(std::string_view range) {
    range = trimmed(range.substr(0, range.find(';')));
    return range == "*/*" || range == "application/*" || range == "application/json";
}

// Whether the client takes JSON: no Accept at all, or one of its ranges covers it.
bool accepts_json(const Call& call) {
    const auto format = call.params().query("_format");
    if (format) return *format == "json";
    const auto accept = call.request().header("accept");
    if (!accept || trimmed(*accept).empty()) return true;
    std::string_view rest = *accept;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(','), rest.size());
        if (is_json_range(rest.substr(0, end))) return true;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
}

// The part of an origin ("http://localhost:4000") that names the host.
std::string_view host_of(std::string_view origin) {
    const std::size_t scheme = origin.find("://");
    return scheme == std::string_view::npos ? origin : origin.substr(scheme + 3);
}

// Clients that can only POST name another method in the body.
std::string_view method_of(const Call& call) {
    const std::string_view method = call.request().method();
    if (method != "POST") return method;
    const auto named = call.params().body("_method");
    for (const std::string_view other : {"PUT", "PATCH", "DELETE"}) {
        if (named.kind == edge::json::Kind::string && named.text == other) return other;
    }
    return method;
}

void serve_file(CallPtr call) {
    const auto path = call->request().path();
    const bool reads = call->request().method() == "GET" || call->request().method() == "HEAD";
    const std::string_view name =
        path.starts_with(page_prefix) ? path.substr(page_prefix.size()) : std::string_view();
    if (reads && is_page_file(name)) return serve_page_file(std::move(call), name);
    call->refuse(edge::framework_error(404));
}

// The route of a request and who asks for it; null when it was answered, or is a file.
const Route* prepare(CallPtr& call, const Router& router) {
    if (!may_reach(call->service(), call->request())) {
        call->same_origin_only();
        call->refuse(edge::plain_error(403, "development mode answers this machine only"));
        return nullptr;
    }
    if (call->request().method() == "OPTIONS") {
        if (const auto path = call->request().path(); path.find(uploads_path) != path.npos)
            describe_uploads(*call);
        call->answer_empty(204);
        return nullptr;
    }
    const bool readable = call->read_params();
    auto match = router.find(method_of(*call), call->request().path());
    if (match.route == nullptr) {
        serve_file(std::move(call));
        return nullptr;
    }
    if (match.malformed || !readable) {
        call->refuse(edge::framework_error(400));
        return nullptr;
    }
    call->set_path(std::move(match.parameters));
    const Audience audience = match.route->audience;
    if (audience != Audience::browsers && audience != Audience::files && !accepts_json(*call)) {
        call->refuse(edge::framework_error(406));
        return nullptr;
    }
    const bool identified = audience == Audience::users || audience == Audience::files;
    if (identified && !call->identify()) return nullptr;
    return match.route;
}

}  // namespace

std::vector<RouteTable> route_tables() {
    return {
        {"", info_routes()},
        {"", probe_routes()},
        {api, health_routes()},
        {api, conversation_routes()},
        {api, member_routes()},
        {api, settings_routes()},
        {api, message_routes()},
        {api, reaction_routes()},
        {api, receipt_routes()},
        {api, pin_routes()},
        {api, attachment_routes()},
        {api, gallery_routes()},
        {api, draft_routes()},
        {api, upload_routes()},
        {api, resumable_upload_routes()},
        {api, download_routes()},
        {api, schedule_routes()},
        {api, report_routes()},
        {api, report_analytics_routes()},
        {api, sanction_routes()},
        {api, search_routes()},
        {api, list_state_routes()},
        {api, forward_routes()},
        {api, sender_key_routes()},
        {api, monitoring_routes()},
        {api, sync_routes()},
        {"", internal_routes()},
        {"", api_docs_routes()},
        {"", compatible_report_routes()},
    };
}

void add_routes(Router& router, const Service& service) {
    for (const RouteTable& table : route_tables())
        router.add(table.prefix, table.routes);
    if (service.dev_keys != nullptr) router.add("", dev_routes());
}

bool may_reach(const Service& service, const net::HttpRequest& request) {
    if (service.dev_keys == nullptr) return true;
    for (std::size_t i = 0; i < request.field_count(); ++i) {
        if (edge::says_forwarded(request.field(i).name)) return false;
    }
    const auto host = request.header("host");
    const auto origin = request.header("origin");
    return (!host || edge::names_loopback(*host)) &&
           (!origin || edge::names_loopback(host_of(*origin)));
}

void dispatch(Service& service, const Router& router, net::HttpRequest request,
              net::HttpResponder responder) {
    auto call = std::make_unique<Call>(service, std::move(request), std::move(responder));
    if (const Route* route = prepare(call, router)) within_limits(std::move(call), route->endpoint);
}

bool takes_stream(const Router& router, const net::HttpRequest& head) {
    // Most bodies are decided by this: there is one family of such routes.
    if (head.path().find("/attachments") == std::string_view::npos) return false;
    const auto match = router.find(head.method(), head.path());
    return match.route != nullptr && match.route->stream != nullptr;
}

std::unique_ptr<net::BodySink> dispatch_stream(Service& service, const Router& router,
                                               net::HttpRequest head, net::BodyControl control,
                                               net::HttpResponder responder) {
    auto call = std::make_unique<Call>(service, std::move(head), std::move(responder));
    const Route* route = prepare(call, router);
    if (route == nullptr || !within_limits_here(*call)) return nullptr;
    return route->stream(std::move(call), std::move(control));
}

net::HttpResponse malformed_request(unsigned status) {
    auto error = edge::framework_error(status);
    return net::HttpResponse::make(status, "application/json; charset=utf-8",
                                   std::move(error.body));
}

}  // namespace whisprd::rest
