// Comparing what a caller presents with what only trusted callers know.
#pragma once

#include <string_view>

namespace edge {

// Whether both are the same, in a time that does not tell how much of it is. An empty secret equals
// nothing. Any thread.
[[nodiscard]] bool is_secret(std::string_view given, std::string_view secret);

}  // namespace edge
