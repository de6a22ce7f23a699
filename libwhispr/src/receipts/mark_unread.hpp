// A member's mark that a message and what follows it are unread, whatever was read.
#pragma once

#include <memory>

#include "engine/command.hpp"
#include "whispr/receipts.hpp"

namespace whispr {

/// Requires: the caller could see the message, as a member of that conversation.
[[nodiscard]] std::unique_ptr<Command> make_mark_unread(UserId caller, ConversationId id,
                                                        const MessageHead& message,
                                                        Completion<Done> done);

}  // namespace whispr
