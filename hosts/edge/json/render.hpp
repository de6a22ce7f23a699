// The JSON forms of what the engine returns and tells, one function per thing and form. Metadata is
// written verbatim; every time carries microseconds and Z. Each function appends one JSON value.
#pragma once

#include <string>
#include <string_view>

#include "whispr/attachments.hpp"
#include "whispr/conversations.hpp"
#include "whispr/messages.hpp"
#include "whispr/moderation.hpp"
#include "whispr/pins.hpp"

namespace edge::json {

// What REST answers, camelCase.
void write_message(std::string& out, const whispr::Message& message);

// What sockets carry: the broadcast, and the longer form of replies and edits.
enum class SocketForm { broadcast, reply };
void write_socket_message(std::string& out, const whispr::Message& message, SocketForm form);

// The newest message inside a conversation, snake_case.
void write_last_message(std::string& out, const whispr::Message& message);

// `message` is the one it belongs to.
void write_reaction(std::string& out, const whispr::Reaction& reaction, whispr::MessageId message);

// camelCase.
void write_attachment(std::string& out, const whispr::Attachment& attachment);
// A file that no message has taken yet, in the shape of an attachment.
void write_upload(std::string& out, const whispr::Upload& upload);

// camelCase.
void write_pin(std::string& out, const whispr::Pin& pin);
// The same with what is shown of the message.
void write_pinned_message(std::string& out, const whispr::PinnedMessage& pinned);

// REST, camelCase. With `members` the detail form.
enum class Detail { without_members, with_members };
void write_conversation(std::string& out, const whispr::Conversation& conversation, Detail detail);

// Sockets: an entry of conversation_summaries, snake_case. What only its reader has (unread, pinned
// and so on) is left out where the conversation is told to all.
enum class Reader { one_member, all_members };
void write_summary(std::string& out, const whispr::Conversation& conversation, Reader reader);

// The answer to joining a conversation's topic.
void write_joined_conversation(std::string& out, const whispr::Conversation& conversation);

void write_member(std::string& out, const whispr::Member& member);

// The seven switches of a conversation's settings, snake_case.
void write_settings(std::string& out, const whispr::MemberSettings& settings);

// REST, snake_case. Of a report the conversation and message it names, evidence verbatim.
void write_report(std::string& out, const whispr::Report& report);
void write_sanction(std::string& out, const whispr::Sanction& sanction);

}  // namespace edge::json
