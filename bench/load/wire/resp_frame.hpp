// Just enough of the Redis protocol (RESP2) to use its pub/sub as a peer in the fan-out scenario.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace load {

/// The length of the whole reply at the beginning of `in`; 0 if it is not complete. Sets `invalid`
/// on nonsense.
[[nodiscard]] std::size_t resp_reply_length(std::string_view in, bool& invalid);

/// Whether a reply is a published message (and not the confirmation of a subscription).
[[nodiscard]] bool is_resp_message(std::string_view reply);

/// A command as an array of bulk strings.
[[nodiscard]] std::string resp_command(std::string_view name, std::string_view first,
                                       std::string_view second = {});

}  // namespace load
