// Rows as text, so that what two stores answer can be compared and a difference can be read. Local
// numbers are left out: stores give their own.
#pragma once

#include <string>

#include "whispr/ports/storage.hpp"

namespace whispr::test {

[[nodiscard]] std::string text(const ConversationRow& row);
[[nodiscard]] std::string text(const MemberRow& row);
[[nodiscard]] std::string text(const PositionRow& row);
[[nodiscard]] std::string text(const MembershipRow& row);
[[nodiscard]] std::string text(const MessageRow& row);
[[nodiscard]] std::string text(const ReactionRow& row);
[[nodiscard]] std::string text(const PinRow& row);
[[nodiscard]] std::string text(const StoredFile& file);
[[nodiscard]] std::string text(const AttachmentRow& row);
[[nodiscard]] std::string text(const UploadRow& row);
/// Lists without an order of their own are sorted.
[[nodiscard]] std::string text(const Locked& locked);
[[nodiscard]] std::string text(const Loaded& loaded);
[[nodiscard]] std::string text(const std::optional<Access>& access);
[[nodiscard]] std::string text(const PageRows& page);
[[nodiscard]] std::string text(const std::vector<ListedConversation>& list);

}  // namespace whispr::test
