#include "rest/page.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#ifdef WHISPRD_HAS_PAGE
#include "page_files.hpp"
#endif

namespace whisprd::rest {

namespace {

struct File {
    std::string_view name;
    std::string_view bytes;
};

std::span<const File> files() {
#ifdef WHISPRD_HAS_PAGE
    static const std::vector<File> all = [] {
        std::vector<File> found;
        for (const auto& file : page_files())
            found.push_back({file.name, file.bytes});
        return found;
    }();
    return all;
#else
    return {};
#endif
}

const File* find(std::string_view name) {
    const auto all = files();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [name](const File& file) { return file.name == name; });
    return found == all.end() ? nullptr : &*found;
}

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

// Scripts, styles and connections of this origin only; no frames around it, no plugins, no forms
// elsewhere.
constexpr std::string_view content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src "
    "'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "
    "'none'";

}  // namespace

bool has_page() {
    return find("index.html") != nullptr;
}

bool wants_page(const net::HttpRequest& request) {
    return request.header_has_token("accept", "text/html");
}

bool is_page_file(std::string_view name) {
    return find(name) != nullptr;
}

void serve_page_file(CallPtr call, std::string_view name) {
    const File& file = *find(name);
    const std::string tag = tag_of(file.bytes);
    net::HttpResponse response;
    response.add("etag", tag);
    response.add("cache-control", "no-cache");
    response.add("content-security-policy", std::string(content_policy));
    response.add("x-content-type-options", "nosniff");
    response.add("referrer-policy", "no-referrer");
    response.add("cross-origin-opener-policy", "same-origin");
    response.add("x-frame-options", "DENY");
    response.add("vary", "accept");
    call->same_origin_only();
    if (call->request().header("if-none-match") == tag) {
        response.status = 304;
    } else {
        response.add("content-type", std::string(type_of(name)));
        response.body = net::Buffer::copy(file.bytes);
    }
    call->respond(std::move(response));
}

}  // namespace whisprd::rest
