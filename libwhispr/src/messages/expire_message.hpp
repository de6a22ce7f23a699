// Burying a message whose time is over.
#pragma once

#include <memory>

#include "engine/command.hpp"
#include "whispr/completion.hpp"
#include "whispr/ports/schedule_storage.hpp"

namespace whispr {

/// Answers whether it was buried: false when it is already, or when its time is not over after all.
[[nodiscard]] std::unique_ptr<Command> make_expire(const ExpiredMessage& message,
                                                   Completion<bool> done);

}  // namespace whispr
