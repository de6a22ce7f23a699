// What handlers of events read from a payload.
#pragma once

#include <optional>

#include "edge/json/cast.hpp"
#include "socket/session.hpp"
#include "whispr/ids.hpp"

namespace whisprd::socket {

// The payload's `message_id`; without a UUID the push was refused with `reason`.
[[nodiscard]] inline std::optional<whispr::MessageId> read_message_id(Session& session,
                                                                      const Push& push,
                                                                      std::string_view reason) {
    const auto id = edge::json::to_uuid(push.payload.find("message_id"));
    if (id.value) return whispr::MessageId{*id.value};
    session.refuse(push, id.absent() ? "invalid_payload" : reason);
    return std::nullopt;
}

}  // namespace whisprd::socket
