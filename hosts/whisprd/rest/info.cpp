// The root: what this service is.
#include <array>

#include "edge/json/text.hpp"
#include "rest/page.hpp"
#include "rest/router.hpp"

namespace whisprd::rest {

namespace {

void info(CallPtr call) {
    if (wants_page(call->request()) && has_page())
        return serve_page_file(std::move(call), "index.html");
    const auto& service = call->service();
    std::string& out = scratch();
    out += R"({"service":"Whispr Messaging Service","version":)";
    edge::json::write_text(out, service.version);
    out += R"(,"status":"running","endpoints":{"health":"/messaging/api/v1/health",)"
           R"("swagger":"/messaging/api/swagger","websocket":)";
    const bool tls = !service.config.tls_cert.empty();
    const auto host = call->request().header("host");
    const std::string name = host ? std::string(*host) : service.config.listen.text();
    edge::json::write_text(out, (tls ? "wss://" : "ws://") + name + "/socket");
    out += "}}";
    call->answer(200, out);
}

constexpr std::array routes{Route{"GET", "/", info, Audience::browsers}};

}  // namespace

std::span<const Route> info_routes() {
    return routes;
}

}  // namespace whisprd::rest
