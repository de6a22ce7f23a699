#include "messages/message_rules.hpp"

#include <algorithm>
#include <chrono>

#include "metadata/metadata.hpp"

namespace whispr {

namespace {

// A century: beyond, sums with it would leave the range of time.
constexpr std::chrono::seconds longest_ttl{36'525LL * 86'400};

// Printable ASCII, as in base64 and hexadecimal.
bool is_encoded(std::string_view text) {
    return text.size() <= limits::signature_bytes &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

bool has_nul(std::string_view text) {
    return text.find('\0') != std::string_view::npos;
}

}  // namespace

void check_content(const std::string& content, const Limits& limits,
                   std::vector<FieldError>& wrong) {
    if (content.empty()) {
        wrong.push_back({"content", "can't be blank"});
    } else if (content.size() > limits.content_bytes) {
        wrong.push_back({"content", "exceeds maximum size of " +
                                        std::to_string(limits.content_bytes) + " bytes"});
    } else if (has_nul(content)) {
        wrong.push_back({"content", "is invalid"});
    }
}

void check_metadata(std::string& metadata, std::vector<FieldError>& wrong) {
    auto normalised = normalise_metadata(metadata);
    if (normalised) {
        metadata = *std::move(normalised);
    } else {
        wrong.push_back({"metadata", "is invalid"});
    }
}

Error message_not_found(MessageId message) {
    return Error{Errc::message_not_found, "message " + message.to_string() + " was not found", {}};
}

void tell_of_message(WorkingSet& set, const ConversationEntry& conversation,
                     const MessageRow& message, UserId actor, Event::What what) {
    if (!message.shadowed) return set.tell(conversation, message.last_eseq, actor, std::move(what));
    set.tell_user(conversation, message.sender, 0, std::move(what));
    set.tell(conversation, message.last_eseq, actor, Advanced{});
}

Error invalid_fields(std::vector<FieldError> fields) {
    std::string text;
    for (const FieldError& field : fields) {
        if (!text.empty()) text += ", ";
        text += field.field + " " + field.message;
    }
    return Error{Errc::invalid, std::move(text), std::move(fields)};
}

Result<ConversationEntry*> membership(WorkingSet& set, ConversationId id, UserId user) {
    ConversationEntry* const conversation = set.conversation(id);
    if (conversation == nullptr) {
        return Error{
            Errc::conversation_not_found, "conversation " + id.to_string() + " was not found", {}};
    }
    if (conversation->active_member(user) == nullptr) {
        return Error{
            Errc::not_a_member,
            "user " + user.to_string() + " is not a member of conversation " + id.to_string(),
            {}};
    }
    return conversation;
}

std::vector<FieldError> check_fields(SendMessage& command, const Limits& limits) {
    std::vector<FieldError> wrong;
    check_content(command.content, limits, wrong);
    check_metadata(command.metadata, wrong);
    if (command.type == MessageType::system) wrong.push_back({"message_type", "is invalid"});
    if (command.ttl && (command.ttl->count() <= 0 || *command.ttl > longest_ttl)) {
        wrong.push_back({"ttl_seconds", "is invalid"});
    }
    const bool one_is_missing = command.signature.empty() != command.sender_public_key.empty();
    if (one_is_missing || !is_encoded(command.signature) ||
        !is_encoded(command.sender_public_key)) {
        wrong.push_back({"signature", "is invalid"});
    }
    return wrong;
}

std::vector<FieldError> check_fields(EditMessage& command, const Limits& limits) {
    std::vector<FieldError> wrong;
    check_content(command.content, limits, wrong);
    if (!command.metadata.empty()) check_metadata(command.metadata, wrong);
    return wrong;
}

const MessageEntry* repeated(ConversationEntry& conversation, const SendMessage& command,
                             UserId sender, Time now, const Limits& limits) {
    if (command.op_id) {
        const auto at = conversation.by_op_id.find({sender, *command.op_id});
        if (at != conversation.by_op_id.end()) return conversation.message(at->second);
    }
    if (command.client_random) {
        const auto at = conversation.by_client_random.find({sender, *command.client_random});
        if (at == conversation.by_client_random.end()) return nullptr;
        const MessageEntry* const known = conversation.message(at->second);
        const bool same = known->row.content == command.content && known->row.type == command.type;
        if (same || now - known->row.sent_at < limits.client_random_window) return known;
    }
    return nullptr;
}

std::optional<Error> refuse_muted(const ConversationEntry& conversation, UserId user, Time now) {
    const MemberRow* const member = conversation.active_member(user);
    if (member == nullptr || !member->muted_until || *member->muted_until <= now) {
        return std::nullopt;
    }
    return Error{
        Errc::muted,
        "user " + user.to_string() + " is muted in conversation " + conversation.row.id.to_string(),
        {}};
}

bool is_shadowed(const ConversationEntry& conversation, UserId user, Time now) {
    const MemberRow* const member = conversation.active_member(user);
    return member != nullptr && member->shadowed_until && *member->shadowed_until > now;
}

std::optional<Error> refuse_blocked(const ConversationEntry& conversation, UserId caller,
                                    Contacts* contacts) {
    if (contacts == nullptr || conversation.row.type != ConversationType::direct) {
        return std::nullopt;
    }
    for (const MemberRow& member : conversation.members->rows) {
        if (member.user == caller || !contacts->blocked(caller, member.user)) continue;
        return Error{Errc::blocked,
                     "one of " + caller.to_string() + " and " + member.user.to_string() +
                         " has blocked the other",
                     {}};
    }
    return std::nullopt;
}

std::optional<Error> refuse_edit(const MessageRow& message, UserId caller, Time now,
                                 const Limits& limits) {
    if (message.sender != caller) {
        return Error{Errc::forbidden, "only its sender may edit a message", {}};
    }
    if (message.type == MessageType::system) {
        return Error{Errc::not_editable, "a system message cannot be edited", {}};
    }
    if (message.deleted) return Error{Errc::not_editable, "a deleted message cannot be edited", {}};
    if (now - message.sent_at >= limits.edit_window) {
        return Error{Errc::not_editable,
                     "a message can be edited for " + std::to_string(limits.edit_window.count()) +
                         " seconds after it was sent",
                     {}};
    }
    return std::nullopt;
}

std::optional<Error> refuse_delete(const MessageRow& message, UserId caller, Time now,
                                   const Limits& limits) {
    if (message.sender != caller) {
        return Error{Errc::forbidden, "only its sender may delete a message for everyone", {}};
    }
    if (message.deleted) return Error{Errc::not_deletable, "the message is deleted already", {}};
    if (now - message.sent_at >= limits.delete_window) {
        return Error{Errc::not_deletable,
                     "a message can be deleted for everyone for " +
                         std::to_string(limits.delete_window.count()) +
                         " seconds after it was sent",
                     {}};
    }
    return std::nullopt;
}

void touch_message(const WorkingSet& set, ConversationEntry& conversation, MessageEntry& message) {
    MessageRow& row = message.row;
    row.last_eseq = conversation.next_eseq();
    // Later than it was sent, which a burst may have put ahead of the clock: by that storage knows
    // changed messages from new ones.
    row.updated_at = std::max(set.now, row.sent_at + std::chrono::microseconds(1));
    message.changed = true;
}

void change_message(WorkingSet& set, ConversationEntry& conversation, MessageEntry& message,
                    UserId actor, Event::What what) {
    touch_message(set, conversation, message);
    tell_of_message(set, conversation, message.row, actor, std::move(what));
}

}  // namespace whispr
