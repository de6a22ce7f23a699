// What a user may push on the own topic: update_status, get_conversations, get_unread_messages,
// mark_conversation_read.
#include <algorithm>
#include <array>

#include "edge/json/cast.hpp"
#include "edge/json/render.hpp"
#include "edge/json/text.hpp"
#include "edge/phoenix/payloads.hpp"
#include "socket/events.hpp"
#include "socket/status.hpp"
#include "socket/unread.hpp"
#include "whispr/conversations.hpp"
#include "whispr/limits.hpp"
#include "whispr/receipts.hpp"

namespace whisprd::socket {

namespace {

void update_status(Session& session, const Push& push) {
    const auto status = edge::json::to_text(push.payload.find("status")).value;
    constexpr std::array<std::string_view, 4> known{"online", "away", "busy", "offline"};
    const bool fits = status && std::find(known.begin(), known.end(), *status) != known.end();
    if (!fits) return session.refuse(push, "invalid_status");
    change_status(session, push.channel, *status);
    std::string response = R"({"status":)";
    edge::json::write_text(response, *status);
    session.reply(push, response + '}');
}

void get_conversations(Session& session, const Push& push) {
    whispr::ListConversations request;
    request.limit = whispr::limits::page_rows;
    session.service().engine.conversations().list(
        session.caller(), request,
        session.replying<whispr::ConversationList>(
            push, {}, [](std::string& out, const auto& list) {
                out += R"({"conversations":[)";
                for (const auto& conversation : list.conversations) {
                    if (out.back() != '[') out += ',';
                    edge::json::write_summary(out, conversation, edge::json::Reader::one_member);
                }
                out += "]}";
            }));
}

void get_unread_messages(Session& session, const Push& push) {
    collect_unread(session.service().engine, session.caller(),
                   session.replying<std::vector<whispr::Message>>(push, {}, write_unread));
}

void mark_conversation_read(Session& session, const Push& push) {
    const auto id = edge::json::to_uuid(push.payload.find("conversation_id"));
    if (!id.value) return session.refuse(push, "invalid_payload");
    const whispr::MarkRead command{{*id.value}, std::nullopt};
    auto& sink = session.service().sink;
    auto reply = session.replying<whispr::ReadMark>(
        push, {}, [](std::string& out, const whispr::ReadMark& mark) {
            out += R"({"messages_marked":)";
            edge::json::write_number(out, static_cast<std::int64_t>(mark.marked));
            out += '}';
        });
    // The others are told before the reply, as all changes are.
    session.service().engine.receipts().mark_read(
        session.caller(), command,
        [&sink, user = session.caller().user,
         reply = std::move(reply)](whispr::Result<whispr::ReadMark> result) mutable {
            if (result) {
                std::string payload;
                edge::phoenix::write_conversation_read(
                    payload, {result->conversation, user, result->read_at, result->marked});
                sink.tell({edge::phoenix::Topic::Kind::conversation, result->conversation.uuid},
                          "conversation_read", payload);
            }
            reply(std::move(result));
        });
}

constexpr std::array table{
    EventHandler{"update_status", update_status},
    EventHandler{"get_conversations", get_conversations},
    EventHandler{"get_unread_messages", get_unread_messages},
    EventHandler{"mark_conversation_read", mark_conversation_read},
};

}  // namespace

std::span<const EventHandler> user_events() {
    return table;
}

}  // namespace whisprd::socket
