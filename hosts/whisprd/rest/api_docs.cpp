// /messaging/api/swagger: what the interfaces are, as OpenAPI and AsyncAPI documents, and the page
// that shows them. For everybody: the descriptions hold nothing that the source does not tell.
#include <algorithm>
#include <array>

#include "api_files.hpp"
#include "rest/embedded_file.hpp"
#include "rest/router.hpp"

namespace whisprd::rest {

namespace {

// Swagger UI sets styles from its script.
constexpr std::string_view content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' "
    "data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

void serve(CallPtr call, std::string_view name) {
    const auto files = api_docs::api_files();
    const auto file = std::find_if(files.begin(), files.end(),
                                   [name](const auto& one) { return one.name == name; });
    if (file == files.end()) return call->refuse(edge::framework_error(404));
    // Programs of other origins may read the descriptions.
    if (name.ends_with(".json")) return call->answer(200, file->bytes);
    serve_embedded(std::move(call), {file->name, file->bytes, content_policy});
}

// The page's files are named as they are embedded.
void serve_named(CallPtr call) {
    const std::string path(call->request().path());
    serve(std::move(call), std::string_view(path).substr(path.rfind('/') + 1));
}

void serve_description(CallPtr call) {
    serve(std::move(call), "openapi.json");
}

// A proxy that strips a prefix from the path names it, so that the browser is sent to where it is.
void redirect(CallPtr call) {
    std::string location = "/messaging/api/swagger/index.html";
    const auto prefix = call->request().header("x-forwarded-prefix");
    const bool is_path = prefix && prefix->starts_with('/') && !prefix->starts_with("//");
    if (is_path && !location.starts_with(*prefix)) {
        location.insert(0, *prefix);
    }
    net::HttpResponse response;
    response.status = 302;
    response.add("location", location);
    response.add("content-type", "text/html; charset=utf-8");
    response.add("cache-control", "max-age=0, private, must-revalidate");
    response.body = net::Buffer::copy("Redirecting");
    call->respond(std::move(response));
}

constexpr std::array routes{
    Route{"GET", "/messaging/api/swagger", redirect, Audience::browsers},
    Route{"GET", "/messaging/api/swagger/index.html", serve_named, Audience::browsers},
    Route{"GET", "/messaging/api/swagger/show.js", serve_named, Audience::browsers},
    Route{"GET", "/messaging/api/swagger/swagger-ui.css", serve_named, Audience::browsers},
    Route{"GET", "/messaging/api/swagger/swagger-ui-bundle.js", serve_named, Audience::browsers},
    Route{"GET", "/messaging/api/swagger/openapi.json", serve_named, Audience::browsers},
    Route{"GET", "/messaging/api/swagger/asyncapi.json", serve_named, Audience::browsers},
    Route{"GET", "/messaging/api/swagger/swagger.json", serve_description, Audience::browsers},
    Route{"GET", "/swagger.json", serve_description, Audience::browsers},
};

}  // namespace

std::span<const Route> api_docs_routes() {
    return routes;
}

std::string_view api_description(std::string_view name) {
    for (const auto& file : api_docs::api_files()) {
        if (file.name == name) return file.bytes;
    }
    return {};
}

}  // namespace whisprd::rest
