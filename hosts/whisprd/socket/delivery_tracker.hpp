// What was written to a connection and not yet confirmed by it: a ping goes behind the messages,
// and its pong says that they have arrived. At most one ping is under way, and one begins a second.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "whispr/ids.hpp"

namespace whisprd::socket {

class DeliveryTracker {
 public:
    using Time = std::chrono::steady_clock::time_point;
    using Positions = std::vector<std::pair<whispr::ConversationId, whispr::Mseq>>;

    // Messages up to `mseq` were written.
    void written(whispr::ConversationId conversation, whispr::Mseq mseq);

    // The payload of a ping that should go out now; empty when there is nothing to confirm, or not
    // yet.
    [[nodiscard]] std::string ping(Time now);

    // What the pong confirms; nothing when it answers another ping.
    [[nodiscard]] Positions pong(std::string_view payload);

 private:
    Positions waiting_;
    Positions under_way_;
    std::uint32_t pings_ = 0;
    bool pinged_ = false;
    Time last_ping_{};
};

}  // namespace whisprd::socket
