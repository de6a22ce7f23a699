#include "edge/json/render_unsent.hpp"

#include <string_view>

#include "edge/json/text.hpp"

namespace edge::json {

namespace {

template <class T>
void write_twice(std::string& out, std::string_view camel, std::string_view snake, const T& value) {
    for (const std::string_view key : {camel, snake}) {
        out += ",\"";
        out += key;
        out += "\":";
        write(out, value);
    }
}

void write_type(std::string& out, std::string_view key, whispr::MessageType type) {
    out += ",\"";
    out += key;
    out += "\":\"";
    out += whispr::to_string(type);
    out += '"';
}

}  // namespace

void write_draft(std::string& out, const whispr::Draft& draft) {
    out += R"({"id":)";
    write(out, draft.id);
    out += R"(,"conversationId":)";
    write(out, draft.conversation);
    out += R"(,"userId":)";
    write(out, draft.user);
    out += R"(,"content":)";
    write_content(out, draft.content);
    out += R"(,"metadata":)";
    out += draft.metadata;
    out += R"(,"insertedAt":)";
    write(out, draft.created_at);
    out += R"(,"updatedAt":)";
    write(out, draft.updated_at);
    out += R"(,"useq":)";
    write_number(out, draft.useq);
    out += '}';
}

void write_schedule(std::string& out, const whispr::Schedule& schedule) {
    out += R"({"id":)";
    write(out, schedule.id);
    write_twice(out, "conversationId", "conversation_id", schedule.conversation);
    write_twice(out, "senderId", "sender_id", schedule.sender);
    write_type(out, "messageType", schedule.type);
    write_type(out, "message_type", schedule.type);
    out += R"(,"content":)";
    write_content(out, schedule.content);
    out += R"(,"metadata":)";
    out += schedule.metadata;
    for (const std::string_view key : {R"(,"clientRandom":)", R"(,"client_random":)"}) {
        out += key;
        write_number(out, schedule.client_random.value_or(0));
    }
    write_twice(out, "scheduledAt", "scheduled_at", schedule.scheduled_at);
    out += R"(,"status":")";
    out += whispr::to_string(schedule.status);
    out += '"';
    write_twice(out, "insertedAt", "inserted_at", schedule.created_at);
    write_twice(out, "updatedAt", "updated_at", schedule.updated_at);
    out += R"(,"useq":)";
    write_number(out, schedule.useq);
    out += '}';
}

}  // namespace edge::json
