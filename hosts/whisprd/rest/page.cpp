#include "rest/page.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "rest/embedded_file.hpp"

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

// Scripts, styles and connections of this origin only; no frames around it, no plugins, no forms
// elsewhere. Pictures, video and audio also from what the page itself holds (blob:).
constexpr std::string_view content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: "
    "blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

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
    serve_embedded(std::move(call), {file.name, file.bytes, content_policy});
}

}  // namespace whisprd::rest
