// A message as clients send it and as the engine tells it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "edge/phoenix/dialect.hpp"
#include "whispr/events.hpp"

namespace bench {

/// A push of a new message with so many bytes of content.
[[nodiscard]] std::string client_frame(edge::phoenix::Dialect dialect, std::size_t content_bytes);

/// The event of a new message of a conversation with so many members; the first is its sender.
[[nodiscard]] whispr::Event message_created(std::size_t content_bytes, std::size_t members);

/// The n-th user of such a conversation.
[[nodiscard]] whispr::UserId user_number(std::size_t n);

}  // namespace bench
