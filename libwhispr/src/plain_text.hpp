// Text that every database, JSON reader and screen can take.
#pragma once

#include <string_view>

namespace whispr {

/// UTF-8 without NUL.
[[nodiscard]] bool is_plain_text(std::string_view text) noexcept;

}  // namespace whispr
