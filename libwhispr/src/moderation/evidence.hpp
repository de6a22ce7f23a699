// What a report keeps of a message: its words may be edited or deleted afterwards.
#pragma once

#include <string>

#include "whispr/ports/rows.hpp"

namespace whispr {

/// The message as it is now, as a JSON object: content in base64, metadata as it is. Of a deleted
/// message nothing is left but that it is not there.
[[nodiscard]] std::string snapshot_of(const MessageRow& message, Time now);

}  // namespace whispr
