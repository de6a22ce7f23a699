// Conversations, members and settings: what is told of them, and what is asked.
#pragma once

#include "proto/codec/fields.hpp"
#include "whispr/conversations.hpp"
#include "whispr/v1/conversations.pb.h"

namespace whispr::codec {

[[nodiscard]] v1::Role encode(Role role) noexcept;
/// Nothing where none is given, or for a number that is none.
[[nodiscard]] std::optional<Role> decode(v1::Role role);

/// Whose state is told.
enum class Seen : std::uint8_t {
    by_member,    ///< with the state of the member who asked
    by_everyone,  ///< without any member's own state
};

/// `out` is empty. Any thread.
void encode(const Conversation& conversation, Seen seen, v1::Conversation& out);
void encode(const Member& member, v1::Member& out);
void encode(const MemberSettings& settings, v1::MemberSettings& out);
void encode(const ConversationList& list, v1::ListConversationsResponse& out);

/// Fails with `invalid`, naming the fields that cannot be read. What they may hold the engine says.
[[nodiscard]] Result<CreateDirect> decode(const v1::CreateDirectRequest& request);
[[nodiscard]] Result<CreateGroup> decode(const v1::CreateGroupRequest& request);
[[nodiscard]] Result<UpdateConversation> decode(const v1::UpdateConversationRequest& request);
[[nodiscard]] Result<ListConversations> decode(const v1::ListConversationsRequest& request);
[[nodiscard]] Result<UpdateSettings> decode(const v1::UpdateSettingsRequest& request);

}  // namespace whispr::codec
