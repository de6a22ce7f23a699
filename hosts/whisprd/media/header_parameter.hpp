// Parameters behind the value of a header: form-data; name="a"; filename*=UTF-8''b.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace whisprd::media {

[[nodiscard]] std::string lower(std::string_view text);
// Without blanks around it.
[[nodiscard]] std::string_view trimmed(std::string_view text);

// The first parameter of that (lower-case) name, unquoted.
[[nodiscard]] std::optional<std::string> header_parameter(std::string_view header,
                                                          std::string_view name);
// What UTF-8''%e2%82%ac stands for (RFC 8187); nothing in another character set.
[[nodiscard]] std::optional<std::string> decoded_extended(std::string_view value);

}  // namespace whisprd::media
