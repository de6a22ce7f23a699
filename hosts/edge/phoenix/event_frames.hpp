// From a change or signal of the engine to the frames that tell it, once per dialect: what goes to
// the conversation's topic, what to the user topics of its members, what to one user.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "edge/phoenix/dialect.hpp"
#include "edge/phoenix/payloads.hpp"
#include "edge/phoenix/topic.hpp"
#include "net/frame.hpp"
#include "whispr/events.hpp"

namespace edge::phoenix {

// A frame and whose it is.
struct WireFrame {
    enum class Reach {
        conversation,  // everyone who joined the event's conversation
        own,           // one user's connections, as far as they joined it
        members,       // user topics of the event's audience; the id is still to be filled in
        user,          // one user's topic
    };
    Reach reach = Reach::conversation;
    whispr::UserId user;
    net::Frame frame;
};

// In the order in which they are sent. Any thread.
[[nodiscard]] std::vector<WireFrame> frames_of(const whispr::Event& event, Dialect dialect,
                                               PresenceLeaves leaves);

// A broadcast that the host makes by itself, on one topic.
[[nodiscard]] net::Frame broadcast_frame(Dialect dialect, const Topic& topic,
                                         std::string_view event, std::string_view payload);

}  // namespace edge::phoenix
