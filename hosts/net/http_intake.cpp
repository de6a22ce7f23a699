#include "net/http_intake.hpp"

#include <algorithm>

namespace net {

namespace {
// What the sink gets at once: it is asked after each whether it wants more.
constexpr std::size_t piece_size = 16 * 1024;
}  // namespace

void BodyIntake::resume(Time now) {
    if (!paused_) return;
    paused_ = false;
    resumed_ = true;
    since_ += now - paused_at_;
    progress_ = now;
}

HttpParser::State BodyIntake::feed(std::string_view& rest, Time now) {
    HttpParser::State state = HttpParser::State::body;
    while (!rest.empty() && !paused_ && state == HttpParser::State::body) {
        std::size_t used = 0;
        state = parser_.put(rest.substr(0, piece_size), used);
        rest.remove_prefix(used);
        std::string& piece = parser_.builder().body();
        if (!piece.empty()) {
            progress_ = now;
            const bool more = sink_ == nullptr || sink_->on_body(piece);
            piece.clear();
            if (!more) {
                paused_ = true;
                paused_at_ = now;
            }
        } else if (used == 0) {
            break;
        }
    }
    return state;
}

Time BodyIntake::deadline(const TimeLimits& times) const {
    if (paused_) return never;
    const std::size_t rate = std::max<std::size_t>(times.body_bytes_per_second, 1);
    const Time earned =
        since_ + times.body_grace + std::chrono::seconds(parser_.body_received() / rate);
    return std::min<Time>(earned, progress_ + times.body_stall);
}

}  // namespace net
