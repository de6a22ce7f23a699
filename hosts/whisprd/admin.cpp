#include "admin.hpp"

namespace whisprd {

namespace {
constexpr const char* plain = "text/plain; charset=utf-8";
}

void Admin::on_request(net::HttpRequest request, net::HttpResponder responder) {
    const bool reads = request.method() == "GET" || request.method() == "HEAD";
    if (reads && request.path() == "/metrics") {
        const std::string type(edge::Metrics::content_type);
        return responder.answer(net::HttpResponse::make(200, type, metrics_.render()));
    }
    if (reads && request.path() == "/live")
        return responder.answer(net::HttpResponse::make(200, plain, "alive\n"));
    if (reads && request.path() == "/ready") {
        const bool ready = health_.state().ready();
        return responder.answer(
            net::HttpResponse::make(ready ? 200 : 503, plain, ready ? "ready\n" : "not ready\n"));
    }
    responder.answer(net::HttpResponse::make(404, plain, "not found\n"));
}

void Admin::on_upgrade(net::HttpRequest, net::UpgradeResponder responder) {
    responder.refuse(net::HttpResponse::make(404, plain, "not found\n"));
}

}  // namespace whisprd
