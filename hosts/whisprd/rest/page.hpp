// The demo page's files, embedded in the program.
#pragma once

#include <string_view>

#include "net/http_message.hpp"
#include "rest/call.hpp"

namespace whisprd::rest {

// Whether the program was built with a page.
[[nodiscard]] bool has_page();

// Whether the request comes from a browser that navigates: it accepts text/html by name.
[[nodiscard]] bool wants_page(const net::HttpRequest& request);

// Whether there is a file of that name, without a leading slash.
[[nodiscard]] bool is_page_file(std::string_view name);

// Answers with the file. Requires: is_page_file(name).
void serve_page_file(CallPtr call, std::string_view name);

}  // namespace whisprd::rest
