// The commands on conversations, one file each.
#pragma once

#include <cstdint>
#include <memory>

#include "engine/command.hpp"
#include "whispr/conversations.hpp"
#include "whispr/limits.hpp"
#include "whispr/ports/contacts.hpp"

namespace whispr {

/// `id` names the conversation if it must be created; `contacts` may be null.
[[nodiscard]] std::unique_ptr<Command> make_create_direct(UserId caller, CreateDirect command,
                                                          ConversationId id, Contacts* contacts,
                                                          Completion<Conversation> done);
[[nodiscard]] std::unique_ptr<Command> make_create_group(UserId caller, CreateGroup command,
                                                         ConversationId id, const Limits& limits,
                                                         Completion<Conversation> done);
[[nodiscard]] std::unique_ptr<Command> make_update_conversation(UserId caller,
                                                                UpdateConversation command,
                                                                Completion<Conversation> done);
[[nodiscard]] std::unique_ptr<Command> make_remove_conversation(UserId caller, ConversationId id,
                                                                bool for_everyone,
                                                                Completion<Removal> done);
/// `system_message` names the message that tells of it.
[[nodiscard]] std::unique_ptr<Command> make_add_member(UserId caller, ConversationId id,
                                                       UserId user, MessageId system_message,
                                                       const Limits& limits,
                                                       Completion<Member> done);
[[nodiscard]] std::unique_ptr<Command> make_remove_member(UserId caller, ConversationId id,
                                                          UserId user, MessageId system_message,
                                                          Completion<Removal> done);
[[nodiscard]] std::unique_ptr<Command> make_update_settings(UserId caller, UpdateSettings command,
                                                            Completion<MemberSettings> done);
/// What a member does with a conversation in the own list.
enum class ListState : std::uint8_t { pinned, archived };
[[nodiscard]] std::unique_ptr<Command> make_set_list_state(UserId caller, ConversationId id,
                                                           ListState state, bool wanted,
                                                           Completion<MemberSettings> done);
[[nodiscard]] std::unique_ptr<Command> make_set_role(UserId caller, ConversationId id, UserId user,
                                                     Role role, Completion<Member> done);

}  // namespace whispr
