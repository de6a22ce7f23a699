#include "rest/embedded_file.hpp"

#include <array>
#include <cstdint>
#include <utility>

namespace whisprd::rest {

namespace {

std::string_view type_of(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 9> types{{
        {".html", "text/html; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".json", "application/json; charset=utf-8"},
        {".webmanifest", "application/manifest+json"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},
    }};
    for (const auto& [ending, type] : types) {
        if (name.ends_with(ending)) return type;
    }
    return "application/octet-stream";
}

// FNV-1a: files only change with the program, so anything that differs between builds does.
std::string tag_of(std::string_view bytes) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char byte : bytes)
        hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3ULL;
    return "\"" + std::to_string(hash) + "\"";
}

}  // namespace

void serve_embedded(CallPtr call, const EmbeddedContent& file) {
    const std::string tag = tag_of(file.bytes);
    net::HttpResponse response;
    response.add("etag", tag);
    response.add("cache-control", "no-cache");
    response.add("content-security-policy", std::string(file.content_policy));
    response.add("x-content-type-options", "nosniff");
    response.add("referrer-policy", "no-referrer");
    response.add("cross-origin-opener-policy", "same-origin");
    response.add("x-frame-options", "DENY");
    response.add("vary", "accept");
    call->same_origin_only();
    if (call->request().header("if-none-match") == tag) {
        response.status = 304;
    } else {
        response.add("content-type", std::string(type_of(file.name)));
        response.body = net::Buffer::copy(file.bytes);
    }
    call->respond(std::move(response));
}

}  // namespace whisprd::rest
