// What clients may push, by kind of topic: one table per concept.
#pragma once

#include <span>
#include <string_view>

#include "socket/session.hpp"

namespace whisprd::socket {

struct EventHandler {
    std::string_view event;
    void (*handle)(Session& session, const Push& push);
};

// On a conversation's topic.
[[nodiscard]] std::span<const EventHandler> message_events();
[[nodiscard]] std::span<const EventHandler> receipt_events();
[[nodiscard]] std::span<const EventHandler> reaction_events();
[[nodiscard]] std::span<const EventHandler> typing_events();
// On the user's own topic.
[[nodiscard]] std::span<const EventHandler> user_events();

}  // namespace whisprd::socket
