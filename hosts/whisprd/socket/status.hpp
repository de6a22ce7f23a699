// A user's status: shown in the presence of the own topic, and told to the conversations.
#pragma once

#include <string_view>

#include "socket/session.hpp"

namespace whisprd::socket {

// Requires: `channel` is the session's own user topic.
void change_status(Session& session, Channel& channel, std::string_view status);

}  // namespace whisprd::socket
