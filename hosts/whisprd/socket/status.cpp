#include "socket/status.hpp"

#include "edge/json/text.hpp"
#include "edge/phoenix/payloads.hpp"
#include "whispr/conversations.hpp"
#include "whispr/limits.hpp"

namespace whisprd::socket {

namespace {

using edge::phoenix::Topic;

// Tells the user's active conversations, a page of the list at a time.
struct StatusTeller {
    whispr::Engine& engine;
    edge::SessionSink& sink;
    whispr::Caller caller;
    std::string payload;
    std::size_t told = 0;

    static void next(const std::shared_ptr<StatusTeller>& teller) {
        whispr::ListConversations request;
        request.limit = whispr::limits::page_rows;
        request.offset = teller->told;
        teller->engine.conversations().list(
            teller->caller, request,
            [teller](const whispr::Result<whispr::ConversationList>& result) {
                if (result) tell(teller, *result);
            });
    }

    static void tell(const std::shared_ptr<StatusTeller>& teller,
                     const whispr::ConversationList& list) {
        for (const auto& conversation : list.conversations) {
            if (!conversation.active) continue;
            teller->sink.tell({Topic::Kind::conversation, conversation.id.uuid},
                              "user_status_changed", teller->payload);
        }
        teller->told += list.conversations.size();
        const bool more = list.has_more && !list.conversations.empty();
        if (more && teller->told < whispr::limits::conversations_per_user) next(teller);
    }
};

}  // namespace

void change_status(Session& session, Channel& channel, std::string_view status) {
    auto& service = session.service();
    const whispr::PresenceEntry before = channel.presence;
    // The same session under a new name, as clients expect of a changed one.
    channel.presence.session += std::uint64_t{1} << 48;
    channel.presence.status = std::string(status);
    std::string payload;
    edge::phoenix::write_presence_update(payload, before, channel.presence);
    service.sink.tell(channel.topic, "presence_diff", payload);

    if (!session.is_shown()) return;

    payload = R"({"user_id":)";
    edge::json::write(payload, session.caller().user);
    payload += R"(,"status":)";
    edge::json::write_text(payload, status);
    payload += R"(,"timestamp":)";
    edge::json::write(
        payload, std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()));
    payload += '}';
    StatusTeller::next(std::make_shared<StatusTeller>(
        StatusTeller{service.engine, service.sink, session.caller(), std::move(payload)}));
}

}  // namespace whisprd::socket
