// Files that are part of the program, for browsers: the page, the description of the interfaces.
#pragma once

#include <string_view>

#include "rest/call.hpp"

namespace whisprd::rest {

struct EmbeddedContent {
    std::string_view name;   // its ending tells the type
    std::string_view bytes;  // lives as long as the program
    std::string_view content_policy;
};

// Answers with the file, or that it has not changed since the browser fetched it.
void serve_embedded(CallPtr call, const EmbeddedContent& file);

}  // namespace whisprd::rest
