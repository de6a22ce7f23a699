// new_message, edit_message, delete_message.
#include <array>

#include "edge/json/render.hpp"
#include "meters.hpp"
#include "rate_limits.hpp"
#include "socket/events.hpp"
#include "socket/reading.hpp"
#include "whispr/messages.hpp"

namespace whisprd::socket {

namespace {

using edge::SocketWording;
using edge::json::Kind;
using edge::json::SocketForm;
using edge::json::Value;
using whispr::Errc;

constexpr std::array edit_wordings{SocketWording{Errc::message_not_found, "not_found"},
                                   SocketWording{Errc::invalid, "message_not_editable"}};

void write_reply(std::string& out, const whispr::Message& message) {
    out += R"({"message":)";
    edge::json::write_socket_message(out, message, SocketForm::reply);
    out += '}';
}

// Fields that have a wrong form; that they are there was checked.
std::vector<whispr::FieldError> read_send(const Value& payload, whispr::SendMessage& command) {
    using namespace edge::json;
    std::vector<whispr::FieldError> wrong;
    const auto note = [&](std::string_view field, std::string_view what) {
        wrong.push_back({std::string(field), std::string(what)});
    };
    const auto content = to_text(payload.find("content"));
    if (content.wrong) note("content", "is invalid");
    if (content.absent()) note("content", "can't be blank");
    command.content = std::string(content.value.value_or(""));
    const auto type = to_text(payload.find("message_type"));
    const auto known = type.value ? whispr::parse_message_type(*type.value) : std::nullopt;
    if (!known)
        note("message_type", type.absent() || type.value == "" ? "can't be blank" : "is invalid");
    command.type = known.value_or(whispr::MessageType::text);
    const auto random = to_exact_integer(payload.find("client_random"));
    if (!random.value) note("client_random", random.wrong ? "is invalid" : "can't be blank");
    command.client_random = random.value;
    const auto metadata = to_object(payload.find("metadata"));
    if (metadata.wrong) note("metadata", "is invalid");
    if (metadata.value) command.metadata = std::string(*metadata.value);
    const auto reply_to = to_uuid(payload.find("reply_to_id"));
    if (reply_to.wrong) note("reply_to_id", "is invalid");
    if (reply_to.value) command.reply_to = whispr::MessageId{*reply_to.value};
    const auto signature = to_text(payload.find("signature"));
    const auto key = to_text(payload.find("sender_public_key"));
    if (!signature.absent()) command.signature = std::string(signature.value.value_or("?"));
    if (!key.absent()) command.sender_public_key = std::string(key.value.value_or("?"));
    if (command.signature.empty() != command.sender_public_key.empty())
        note("signature", "is invalid");
    const auto op_id = to_uuid(payload.find("op_id"));
    if (op_id.wrong) note("op_id", "is invalid");
    if (op_id.value) command.op_id = whispr::OpId{*op_id.value};
    return wrong;
}

void new_message(Session& session, const Push& push) {
    for (const std::string_view key : {"content", "message_type", "client_random"}) {
        if (push.payload.find(key).kind != Kind::absent) continue;
        return session.refuse_with(
            push, R"({"reason":"invalid_payload",)"
                  R"("details":"content, message_type, and client_random are required"})");
    }
    whispr::SendMessage command;
    command.conversation = push.channel.topic.conversation();
    auto wrong = read_send(push.payload, command);
    if (!wrong.empty())
        return session.refuse(push, whispr::Error{Errc::invalid, {}, std::move(wrong)});
    auto& limit = session.service().limits.messages;
    if (!limit.take(session.caller().user, std::chrono::steady_clock::now()).allowed) {
        return session.refuse(push, "rate_limited");
    }
    auto& sent_counter = session.service().meters.messages;
    session.service().engine.messages().send(
        session.caller(), std::move(command),
        session.replying<whispr::Sent>(push, {},
                                       [&sent_counter](std::string& out, const whispr::Sent& sent) {
                                           if (!sent.repeat) sent_counter.add();
                                           write_reply(out, *sent.message);
                                       }));
}

using Changed = std::shared_ptr<const whispr::Message>;

void edit_message(Session& session, const Push& push) {
    const auto content = edge::json::to_text(push.payload.find("content"));
    const Value metadata = push.payload.find("metadata");
    const bool metadata_fits = metadata.kind == Kind::null || metadata.kind == Kind::object;
    if (!content.value || !metadata_fits) return session.refuse(push, "invalid_payload");
    const auto id = read_message_id(session, push, "not_found");
    if (!id) return;
    whispr::EditMessage command;
    command.message = *id;
    command.conversation = push.channel.topic.conversation();
    command.content = std::string(*content.value);
    if (metadata.kind == Kind::object) command.metadata = std::string(metadata.text);
    session.service().engine.messages().edit(
        session.caller(), std::move(command),
        session.replying<Changed>(
            push, edit_wordings,
            [](std::string& out, const Changed& message) { write_reply(out, *message); }));
}

void delete_message(Session& session, const Push& push) {
    const Value everyone = push.payload.find("delete_for_everyone");
    if (everyone.kind != Kind::boolean) return session.refuse(push, "invalid_payload");
    const auto id = read_message_id(session, push, "message_not_found");
    if (!id) return;
    whispr::DeleteMessage command;
    command.message = *id;
    command.conversation = push.channel.topic.conversation();
    command.for_everyone = everyone.text == "true";
    session.service().engine.messages().remove(
        session.caller(), command,
        session.replying<Changed>(push, {}, [](std::string& out, const Changed& message) {
            write_reply(out, *message);
        }));
}

constexpr std::array table{
    EventHandler{"new_message", new_message},
    EventHandler{"edit_message", edit_message},
    EventHandler{"delete_message", delete_message},
};

}  // namespace

std::span<const EventHandler> message_events() {
    return table;
}

}  // namespace whisprd::socket
