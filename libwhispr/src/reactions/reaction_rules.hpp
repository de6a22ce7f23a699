// What may be put on a message as a reaction.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "engine/working_set.hpp"

namespace whispr {

/// Grapheme clusters of UTF-8 text; nothing when it is not UTF-8.
[[nodiscard]] std::optional<std::size_t> count_graphemes(std::string_view text) noexcept;

/// Nothing, or what is wrong with the reaction itself.
[[nodiscard]] std::optional<FieldError> refuse_reaction(std::string_view reaction);

/// Nothing, or why the message takes no such reaction of this user.
[[nodiscard]] std::optional<Error> refuse_another(const MessageEntry& message, UserId user,
                                                  std::string_view reaction);

}  // namespace whispr
