// The text of a catch-up cursor: how far a device is, and, between the pages of one answer, where
// the next page begins and what will be known after the last one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "whispr/ports/storage.hpp"

namespace whispr {

struct SyncCursor {
    /// What the list is of; nothing: of all conversations.
    std::optional<ChangeMark> since{};
    /// Between pages: the mark of the first one, and where the last one ended.
    struct Pages {
        ChangeMark upto{};
        ListPlace behind{};
        bool reconcile = false;
    };
    std::optional<Pages> pages{};
};

[[nodiscard]] std::string to_text(const SyncCursor& cursor);
/// Nothing for what to_text has not made.
[[nodiscard]] std::optional<SyncCursor> to_cursor(std::string_view text);

}  // namespace whispr
