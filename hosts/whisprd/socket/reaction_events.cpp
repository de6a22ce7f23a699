// add_reaction, remove_reaction.
#include "whispr/reactions.hpp"

#include <array>

#include "edge/json/render.hpp"
#include "socket/events.hpp"
#include "socket/reading.hpp"

namespace whisprd::socket {

namespace {

using edge::SocketWording;
using whispr::Errc;

constexpr std::array wordings{SocketWording{Errc::message_not_found, "not_found"}};

// The command, or nothing after the push was refused.
std::optional<whispr::React> read_reaction(Session& session, const Push& push) {
    const auto id = read_message_id(session, push, "not_found");
    if (!id) return std::nullopt;
    const auto reaction = edge::json::to_text(push.payload.find("reaction"));
    if (reaction.wrong) {
        session.refuse(push, whispr::invalid_field("reaction", "is invalid"));
        return std::nullopt;
    }
    return whispr::React{*id, push.channel.topic.conversation(),
                         std::string(reaction.value.value_or(""))};
}

void add_reaction(Session& session, const Push& push) {
    auto command = read_reaction(session, push);
    if (!command) return;
    const whispr::MessageId message = command->message;
    session.service().engine.reactions().add(
        session.caller(), *std::move(command),
        session.replying<whispr::Reaction>(
            push, wordings, [message](std::string& out, const whispr::Reaction& added) {
                out += R"({"reaction":)";
                edge::json::write_reaction(out, added, message);
                out += '}';
            }));
}

void remove_reaction(Session& session, const Push& push) {
    auto command = read_reaction(session, push);
    if (!command) return;
    session.service().engine.reactions().remove(
        session.caller(), *std::move(command),
        session.replying<whispr::Done>(
            push, wordings, [](std::string& out, auto&) { out += R"({"status":"removed"})"; }));
}

constexpr std::array table{
    EventHandler{"add_reaction", add_reaction},
    EventHandler{"remove_reaction", remove_reaction},
};

}  // namespace

std::span<const EventHandler> reaction_events() {
    return table;
}

}  // namespace whisprd::socket
