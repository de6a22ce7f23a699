// The two pieces of JSON writing the reports need.
#pragma once

#include <string>
#include <string_view>

namespace load {

/// A quoted, escaped string. Bytes outside ASCII are passed on as they are.
[[nodiscard]] std::string json_string(std::string_view text);

/// A number with six significant digits; null if it is not finite.
[[nodiscard]] std::string json_number(double value);

}  // namespace load
