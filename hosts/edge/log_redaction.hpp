// What must not reach a log: secrets by the name of their field, tokens by their look, and the
// `token` parameter of a request target.
#pragma once

#include <string>
#include <string_view>

namespace edge {

// Written in place of what is not shown.
inline constexpr std::string_view redacted = "[redacted]";

// Whether the value of a field or header of this name is never written: authorization, token,
// cookie, password, secret, content and the like, in any letter case. Any thread.
[[nodiscard]] bool is_secret_name(std::string_view name);

// `text` with everything that looks like a JSON web token replaced. Any thread.
[[nodiscard]] std::string redact_tokens(std::string_view text);

// A request target (path and query) with the values of secret parameters replaced, at most 2,048
// bytes. Any thread.
[[nodiscard]] std::string redact_target(std::string_view target);

}  // namespace edge
