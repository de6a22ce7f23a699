// Editing one's own message.
#pragma once

#include <memory>

#include "engine/answering_command.hpp"
#include "messages/locate_message.hpp"
#include "whispr/limits.hpp"
#include "whispr/messages.hpp"

namespace whispr {

/// `located` says where the message is and what it answers.
[[nodiscard]] std::unique_ptr<Command> make_edit(UserId caller, EditMessage edit,
                                                 std::vector<FieldError> wrong,
                                                 const LocatedMessage& located,
                                                 const Limits& limits,
                                                 Completion<std::shared_ptr<const Message>> done);

}  // namespace whispr
