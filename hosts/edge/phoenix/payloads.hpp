// The payloads of events that are not simply a message or a conversation, one function per payload.
// Each appends one JSON object.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "whispr/events.hpp"

namespace edge::phoenix {

// Who leaves is told in two ways: phoenix.js wants every session that ended, while the mobile
// client takes anyone named in `leaves` for gone, sessions left or not.
enum class PresenceLeaves { only_who_is_gone, every_session };

// {"messageId","conversationId","deleteForEveryone"}
void write_message_deleted(std::string& out, whispr::MessageId message,
                           whispr::ConversationId conversation, bool for_everyone);
// {"message_id","conversation_id"}
void write_message_expired(std::string& out, whispr::MessageId message,
                           whispr::ConversationId conversation);
// {"messageId","conversationId","userId","reaction"}
struct ReactionPlace {
    whispr::MessageId message;
    whispr::ConversationId conversation;
    whispr::UserId user;
};
void write_reaction_event(std::string& out, const ReactionPlace& place, std::string_view reaction);
// {"pin":{...},"messageId","conversationId","eseq"}
void write_message_pinned(std::string& out, const whispr::Pin& pin, whispr::Eseq eseq);
// {"messageId","conversationId","userId","eseq"}
void write_message_unpinned(std::string& out, const whispr::MessageUnpinned& unpinned,
                            whispr::ConversationId conversation, whispr::Eseq eseq);
// {"attachment":{...},"messageId","conversationId","eseq"}
void write_attachment_added(std::string& out, const whispr::Attachment& attachment,
                            whispr::ConversationId conversation, whispr::Eseq eseq);
// {"attachmentId","messageId","conversationId","eseq"}
void write_attachment_removed(std::string& out, const whispr::AttachmentRemoved& removed,
                              whispr::ConversationId conversation, whispr::Eseq eseq);
// {"userId","messageId"|null,"conversationId","timestamp"}
void write_message_read(std::string& out, const whispr::ReadMoved& read,
                        whispr::ConversationId conversation);
// {"messageId","userId","status","conversationId","timestamp"}
struct DeliveryStatusOf {
    whispr::MessageId message;
    whispr::UserId user;
    whispr::ConversationId conversation;
    std::string_view status;
    whispr::Time at;
};
void write_delivery_status(std::string& out, const DeliveryStatusOf& delivery);
// {"user_id","read_at","message_count","conversation_id"}
struct ConversationRead {
    whispr::ConversationId conversation;
    whispr::UserId reader;
    whispr::Time at;
    std::uint32_t messages = 0;
};
void write_conversation_read(std::string& out, const ConversationRead& read);
// {"userId","typing","conversationId"}
void write_typing(std::string& out, const whispr::Typing& typing,
                  whispr::ConversationId conversation);
// {"member":{...},"conversationId"}
void write_member_added(std::string& out, const whispr::Member& member,
                        whispr::ConversationId conversation);
// {"userId","role","conversationId"}
void write_member_role(std::string& out, const whispr::Member& member,
                       whispr::ConversationId conversation);
// {"userId","conversationId"}
void write_member_removed(std::string& out, whispr::UserId user,
                          whispr::ConversationId conversation);
// {"conversation_id","settings","timestamp"}
void write_settings_updated(std::string& out, const whispr::MemberSettings& settings,
                            whispr::ConversationId conversation, whispr::Time at);
// {"conversation_id","pinned","timestamp"}, or whatever `name` says
void write_list_state(std::string& out, whispr::ConversationId conversation, std::string_view name,
                      bool value, whispr::Time at);
// {"messageId","conversationId","userId","timestamp"}
void write_message_unread(std::string& out, const whispr::MarkedUnread& marked,
                          whispr::ConversationId conversation, whispr::Time at);
// {"conversation":summary}
void write_conversation_added(std::string& out, const whispr::Conversation& conversation);
// The same without what belongs to one member.
void write_conversation_updated(std::string& out, const whispr::Conversation& conversation);
// {"conversation_id"}
void write_conversation_gone(std::string& out, whispr::ConversationId conversation);
// {"conversationId"}, of something that the receivers may not see.
void write_advanced(std::string& out, whispr::ConversationId conversation);
// {"draft":{...}}
void write_draft_saved(std::string& out, const whispr::Draft& draft);
// {"id","conversationId","useq"}
void write_draft_removed(std::string& out, whispr::DraftId draft,
                         whispr::ConversationId conversation, whispr::Useq useq);
// {"scheduled_message":{...}}
void write_schedule_changed(std::string& out, const whispr::Schedule& schedule);

// {"user_id","reason"}, of a mute with "expires_at"
void write_sanction(std::string& out, const whispr::Sanction& sanction);
// {"user_id","sanction_type"}
void write_sanction_lifted(std::string& out, const whispr::Sanction& sanction);

// {"<user>":{"metas":[...]}, ...}; entries of one user are kept together. On a conversation's topic
// metas name the conversation, on a user's topic (none given) the status.
void write_presence_state(std::string& out, std::span<const whispr::PresenceEntry> entries,
                          std::optional<whispr::ConversationId> conversation);
// {"joins":{...},"leaves":{...}}
void write_presence_diff(std::string& out, const whispr::PresenceChanged& change,
                         std::optional<whispr::ConversationId> conversation, PresenceLeaves leaves);
// The same for one session that goes on under another name with another status, on the user's
// topic.
void write_presence_update(std::string& out, const whispr::PresenceEntry& before,
                           const whispr::PresenceEntry& after);
// {"count"}
void write_presence_count(std::string& out, std::size_t users);

}  // namespace edge::phoenix
