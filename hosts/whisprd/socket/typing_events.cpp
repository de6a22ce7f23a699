// user_typing, typing_start, typing_stop. None of them has a reply.
#include <array>

#include "socket/events.hpp"
#include "whispr/presence.hpp"

namespace whisprd::socket {

namespace {

void tell(Session& session, const Push& push, bool typing) {
    session.service().engine.presence().typing(push.channel.topic.conversation(),
                                               session.caller().user, typing);
}

// Anything but null and false means yes, as it does for the clients there are.
void user_typing(Session& session, const Push& push) {
    const auto typing = push.payload.find("typing");
    if (typing.kind == edge::json::Kind::absent) return session.refuse(push, "invalid_payload");
    const bool no =
        !typing.given() || (typing.kind == edge::json::Kind::boolean && typing.text == "false");
    tell(session, push, !no);
}
void typing_start(Session& session, const Push& push) {
    tell(session, push, true);
}
void typing_stop(Session& session, const Push& push) {
    tell(session, push, false);
}

constexpr std::array table{
    EventHandler{"user_typing", user_typing},
    EventHandler{"typing_start", typing_start},
    EventHandler{"typing_stop", typing_stop},
};

}  // namespace

std::span<const EventHandler> typing_events() {
    return table;
}

}  // namespace whisprd::socket
