#include "edge/json/render.hpp"
#include "edge/json/text.hpp"

namespace edge::json {

namespace {

using whispr::Message;

template <class T>
void write_or_null(std::string& out, const std::optional<T>& value) {
    if (value) {
        write(out, *value);
    } else {
        out += "null";
    }
}

void write_or_null(std::string& out, const std::optional<std::int64_t>& value) {
    if (value) {
        write_number(out, *value);
    } else {
        out += "null";
    }
}

void write_reply_preview(std::string& out, const whispr::ReplyPreview& reply) {
    out += R"({"id":)";
    write(out, reply.id);
    out += R"(,"senderId":)";
    write(out, reply.sender);
    out += R"(,"content":)";
    write_content(out, reply.content);
    out += R"(,"messageType":")";
    out += whispr::to_string(reply.type);
    out += R"(","isDeleted":)";
    write_bool(out, reply.deleted);
    out += '}';
}

// The members that REST and sockets share, without braces.
void write_common(std::string& out, const Message& message) {
    out += R"("id":)";
    write(out, message.id);
    out += R"(,"conversationId":)";
    write(out, message.conversation);
    out += R"(,"senderId":)";
    write(out, message.sender);
    out += R"(,"content":)";
    write_content(out, message.content);
    out += R"(,"messageType":")";
    out += whispr::to_string(message.type);
    out += R"(","metadata":)";
    out += message.metadata;
    out += R"(,"clientRandom":)";
    write_or_null(out, message.client_random);
    out += R"(,"replyToId":)";
    write_or_null(out, message.reply_to);
    out += R"(,"sentAt":)";
    write(out, message.sent_at);
    out += R"(,"editedAt":)";
    write_or_null(out, message.edited_at);
    out += R"(,"isDeleted":)";
    write_bool(out, message.deleted);
    out += R"(,"deleteForEveryone":)";
    write_bool(out, message.deleted);
    out += R"(,"expiresAt":)";
    write_or_null(out, message.expires_at);
    out += R"(,"deliveryStatus":")";
    out += whispr::to_string(message.status);
    out += R"(","status":")";
    out += whispr::to_string(message.status);
    out += R"(","mseq":)";
    write_number(out, message.mseq);
    out += R"(,"eseq":)";
    write_number(out, message.eseq);
    if (!message.signature.empty()) {
        out += R"(,"signature":)";
        write_text(out, message.signature);
        out += R"(,"senderPublicKey":)";
        write_text(out, message.sender_public_key);
    }
    if (message.reply) {
        out += R"(,"replyTo":)";
        write_reply_preview(out, *message.reply);
    }
}

void write_stored(std::string& out, const Message& message) {
    out += R"(,"insertedAt":)";
    write(out, message.sent_at);
    out += R"(,"updatedAt":)";
    write(out, message.updated_at);
}

void write_reactions(std::string& out, const Message& message) {
    out += R"(,"reactions":[)";
    bool first = true;
    for (const auto& reaction : message.reactions) {
        if (!first) out += ',';
        first = false;
        write_reaction(out, reaction, message.id);
    }
    out += ']';
}

void write_attachments(std::string& out, const Message& message) {
    out += R"(,"attachments":[)";
    bool first = true;
    for (const auto& attachment : message.attachments) {
        if (!first) out += ',';
        first = false;
        write_attachment(out, attachment);
    }
    out += ']';
}

}  // namespace

void write_message(std::string& out, const Message& message) {
    out += '{';
    write_common(out, message);
    write_stored(out, message);
    out += R"(,"isEdited":)";
    write_bool(out, message.edited_at.has_value());
    out += R"(,"isEphemeral":)";
    write_bool(out, message.expires_at.has_value());
    write_reactions(out, message);
    write_attachments(out, message);
    out += '}';
}

void write_socket_message(std::string& out, const Message& message, SocketForm form) {
    out += '{';
    write_common(out, message);
    if (form == SocketForm::reply) write_stored(out, message);
    write_attachments(out, message);
    out += '}';
}

void write_last_message(std::string& out, const Message& message) {
    out += R"({"id":)";
    write(out, message.id);
    out += R"(,"conversation_id":)";
    write(out, message.conversation);
    out += R"(,"sender_id":)";
    write(out, message.sender);
    out += R"(,"content":)";
    write_content(out, message.content);
    out += R"(,"message_type":")";
    out += whispr::to_string(message.type);
    out += R"(","metadata":)";
    out += message.metadata;
    out += R"(,"client_random":)";
    write_or_null(out, message.client_random);
    out += R"(,"reply_to_id":)";
    write_or_null(out, message.reply_to);
    out += R"(,"sent_at":)";
    write(out, message.sent_at);
    out += R"(,"edited_at":)";
    write_or_null(out, message.edited_at);
    out += R"(,"created_at":)";
    write(out, message.sent_at);
    out += R"(,"updated_at":)";
    write(out, message.updated_at);
    out += R"(,"is_deleted":)";
    write_bool(out, message.deleted);
    out += R"(,"status":")";
    out += whispr::to_string(message.status);
    out += R"(","mseq":)";
    write_number(out, message.mseq);
    out += '}';
}

void write_reaction(std::string& out, const whispr::Reaction& reaction, whispr::MessageId message) {
    out += R"({"id":)";
    write(out, reaction.id);
    out += R"(,"messageId":)";
    write(out, message);
    out += R"(,"userId":)";
    write(out, reaction.user);
    out += R"(,"reaction":)";
    write_text(out, reaction.reaction);
    out += R"(,"insertedAt":)";
    write(out, reaction.created_at);
    out += R"(,"createdAt":)";
    write(out, reaction.created_at);
    out += '}';
}

}  // namespace edge::json
