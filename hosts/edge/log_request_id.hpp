// The id by which a request is found again in the logs of everyone it passed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace edge {

// The caller's id when it has 20..200 bytes, all of them letters, digits or one of "-_.:+/=@"; else
// a new one of 32 hexadecimal digits that no other process makes. Any thread.
[[nodiscard]] std::string request_id(std::optional<std::string_view> given);

}  // namespace edge
