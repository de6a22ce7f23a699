// Which words a message is found by.
#pragma once

#include <string>

#include "whispr/ports/rows.hpp"

namespace whispr {

/// Those of its content and of the strings in its metadata; none for what must not be found:
/// deleted messages, those of the system, and what is encrypted end to end.
[[nodiscard]] std::string words_of(const MessageRow& message);

}  // namespace whispr
