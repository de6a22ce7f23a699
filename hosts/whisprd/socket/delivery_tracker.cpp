#include "socket/delivery_tracker.hpp"

#include <algorithm>

namespace whisprd::socket {

namespace {

constexpr std::chrono::seconds between_pings{1};
// A client that never answers a ping is asked again, so that one lost answer costs no receipts.
constexpr std::chrono::seconds patience{20};

std::string payload_of(std::uint32_t ping) {
    return "d" + std::to_string(ping);
}

}  // namespace

void DeliveryTracker::written(whispr::ConversationId conversation, whispr::Mseq mseq) {
    const auto same = [&](const auto& position) { return position.first == conversation; };
    const auto found = std::find_if(waiting_.begin(), waiting_.end(), same);
    if (found == waiting_.end()) {
        waiting_.emplace_back(conversation, mseq);
    } else {
        found->second = std::max(found->second, mseq);
    }
}

std::string DeliveryTracker::ping(Time now) {
    if (waiting_.empty()) return {};
    if (pinged_ &&
        now - last_ping_ < (under_way_.empty() ? std::chrono::seconds(between_pings) : patience))
        return {};
    for (const auto& [conversation, mseq] : std::exchange(under_way_, {}))
        written(conversation, mseq);
    under_way_ = std::exchange(waiting_, {});
    pinged_ = true;
    last_ping_ = now;
    return payload_of(++pings_);
}

DeliveryTracker::Positions DeliveryTracker::pong(std::string_view payload) {
    if (under_way_.empty() || payload != payload_of(pings_)) return {};
    return std::exchange(under_way_, {});
}

}  // namespace whisprd::socket
