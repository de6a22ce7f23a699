// multipart/form-data (RFC 7578): fields and files in one body.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whisprd::rest {

struct Part {
    std::string name;
    bool is_file = false;   // it came with a file name
    std::string_view body;  // of what was parsed
};

// Nothing when the header names no boundary, or the body is not cut by it as it should be, a part
// has no name, or there are more than a form of ours needs.
[[nodiscard]] std::optional<std::vector<Part>> parse_multipart(std::string_view content_type,
                                                               std::string_view body);

}  // namespace whisprd::rest
