// One instance of a channel on one connection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "edge/phoenix/topic.hpp"
#include "edge/subscriptions.hpp"
#include "whispr/presence.hpp"

namespace whisprd::socket {

// The connection that a channel belongs to.
struct ChannelOwner {
    net::WebSocket& socket;
    edge::phoenix::Dialect dialect;
    whispr::UserId user;
};

struct Channel final : edge::Subscriber {
    Channel(const ChannelOwner& owner, const edge::phoenix::Topic& about, std::string_view ref,
            std::uint32_t number)
        : Subscriber(owner.socket, owner.dialect, owner.user),
          topic(about),
          serial(number),
          join_ref(ref) {}

    edge::phoenix::Topic topic;
    // Tells this instance from an earlier one of the same topic.
    std::uint32_t serial;
    std::string join_ref;  // JSON
    // The client catches up from this change on; with a number that no change has when what it
    // holds is of another history, or cannot be understood.
    std::optional<whispr::Eseq> since;
    // The join was answered with ok. Until then the client's later frames on the topic wait here,
    // so that they take effect in the order in which they were sent.
    bool admitted = false;
    std::vector<std::string> deferred;
    // The session is present on the topic, as this.
    bool present = false;
    whispr::PresenceEntry presence;
    // While joining: the membership ended with this change.
    whispr::Eseq lost_since = 0;
};

}  // namespace whisprd::socket
