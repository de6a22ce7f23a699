// Sending a scheduled message whose moment has come. It is claimed and becomes a message in one
// transaction, so it is sent once whatever happens in between.
#pragma once

#include <memory>

#include "engine/command.hpp"
#include "whispr/completion.hpp"
#include "whispr/ids.hpp"
#include "whispr/limits.hpp"
#include "whispr/ports/contacts.hpp"
#include "whispr/ports/schedule_storage.hpp"

namespace whispr {

/// Answers whether the schedule was settled, as sent or as failed: false when it was already, or
/// when its moment has not come after all. `message` is the id of the message it becomes.
[[nodiscard]] std::unique_ptr<Command> make_dispatch(const DueSchedule& due, MessageId message,
                                                     const Limits& limits, Contacts* contacts,
                                                     Completion<bool> done);
/// Settles it as failed.
[[nodiscard]] std::unique_ptr<Command> make_give_up(const DueSchedule& due, Completion<bool> done);

}  // namespace whispr
