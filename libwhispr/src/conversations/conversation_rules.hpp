// Who may do what in a conversation, and what a conversation's fields may be.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/working_set.hpp"
#include "whispr/conversations.hpp"
#include "whispr/limits.hpp"
#include "whispr/ports/storage.hpp"

namespace whispr {

/// For reads: the caller's place in the conversation. Fails with conversation_not_found,
/// not_a_member.
[[nodiscard]] Result<Access> enter(ReadStorage& storage, ConversationId id, UserId caller);

/// Nothing, or that an admin has closed the conversation for everyone.
[[nodiscard]] std::optional<Error> refuse_closed(const ConversationEntry& conversation);

/// May change memberships of a group.
[[nodiscard]] bool manages_members(const MemberRow* member) noexcept;

/// Nothing, or what is wrong with a group's metadata: it must have a string "name" of 1 to
/// limits::group_name_bytes.
[[nodiscard]] std::optional<FieldError> refuse_group_name(std::string_view metadata);

/// The longest-standing active member when no manager is left, else nothing.
[[nodiscard]] const MemberRow* successor(const ConversationEntry& conversation) noexcept;

/// Ends an active membership and tells of it; a group that loses its last manager gets another.
/// `system_message` names the message that tells of it.
void end_membership(WorkingSet& set, ConversationEntry& conversation, MemberRow member,
                    UserId actor, MessageId system_message);

/// Appends the message by which the system tells of a membership.
void tell_membership(WorkingSet& set, ConversationEntry& conversation, MessageId id, UserId user,
                     bool joined);

}  // namespace whispr
