#include "edge/json/render.hpp"
#include "edge/json/text.hpp"

namespace edge::json {

namespace {

// A pin's members, without braces.
void write_members(std::string& out, const whispr::Pin& pin) {
    out += R"("id":)";
    write(out, pin.id);
    out += R"(,"messageId":)";
    write(out, pin.message);
    out += R"(,"conversationId":)";
    write(out, pin.conversation);
    out += R"(,"pinnedBy":)";
    write(out, pin.pinned_by);
    out += R"(,"pinnedAt":)";
    write(out, pin.pinned_at);
    out += R"(,"insertedAt":)";
    write(out, pin.pinned_at);
}

}  // namespace

void write_pin(std::string& out, const whispr::Pin& pin) {
    out += '{';
    write_members(out, pin);
    out += '}';
}

void write_pinned_message(std::string& out, const whispr::PinnedMessage& pinned) {
    const whispr::Message& message = pinned.message;
    out += '{';
    write_members(out, pinned.pin);
    out += R"(,"message":{"id":)";
    write(out, message.id);
    out += R"(,"senderId":)";
    write(out, message.sender);
    out += R"(,"content":)";
    write_content(out, message.content);
    out += R"(,"messageType":")";
    out += whispr::to_string(message.type);
    out += R"(","insertedAt":)";
    write(out, message.sent_at);
    out += "}}";
}

}  // namespace edge::json
