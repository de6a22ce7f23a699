// message_delivered, message_read, mark_read.
#include <array>

#include "socket/events.hpp"
#include "socket/reading.hpp"
#include "whispr/receipts.hpp"

namespace whisprd::socket {

namespace {

using edge::SocketWording;
using whispr::Errc;

constexpr std::array wordings{SocketWording{Errc::message_not_found, "not_found"}};

void message_delivered(Session& session, const Push& push) {
    const auto id = read_message_id(session, push, "not_found");
    if (!id) return;
    session.service().engine.receipts().mark_delivered(
        session.caller(), push.channel.topic.conversation(), *id,
        session.replying<whispr::Done>(
            push, wordings, [](std::string& out, auto&) { out += R"({"status":"delivered"})"; }));
}

void message_read(Session& session, const Push& push) {
    const auto id = read_message_id(session, push, "not_found");
    if (!id) return;
    whispr::MarkRead command{push.channel.topic.conversation(), *id};
    session.service().engine.receipts().mark_read(
        session.caller(), command,
        session.replying<whispr::ReadMark>(
            push, wordings, [](std::string& out, auto&) { out += R"({"status":"read"})"; }));
}

// Has no reply, whatever becomes of it.
void mark_read(Session& session, const Push& push) {
    whispr::MarkRead command{push.channel.topic.conversation(), std::nullopt};
    const auto id = edge::json::to_uuid(push.payload.find("message_id"));
    if (id.wrong) return;
    if (id.value) command.message = whispr::MessageId{*id.value};
    session.service().engine.receipts().mark_read(session.caller(), command,
                                                  [](const whispr::Result<whispr::ReadMark>&) {});
}

constexpr std::array table{
    EventHandler{"message_delivered", message_delivered},
    EventHandler{"message_read", message_read},
    EventHandler{"mark_read", mark_read},
};

}  // namespace

std::span<const EventHandler> receipt_events() {
    return table;
}

}  // namespace whisprd::socket
