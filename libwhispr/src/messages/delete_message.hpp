// Deleting a message: for everyone, which leaves a tombstone, or for oneself.
#pragma once

#include <memory>

#include "engine/answering_command.hpp"
#include "messages/locate_message.hpp"
#include "whispr/limits.hpp"
#include "whispr/messages.hpp"

namespace whispr {

[[nodiscard]] std::unique_ptr<Command> make_delete(UserId caller, const DeleteMessage& command,
                                                   const LocatedMessage& located,
                                                   const Limits& limits,
                                                   Completion<std::shared_ptr<const Message>> done);

}  // namespace whispr
