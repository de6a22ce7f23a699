// A topic: what a channel is about. Both kinds have an id, so a topic is 17 bytes.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "whispr/ids.hpp"

namespace edge::phoenix {

struct Topic {
    enum class Kind : std::uint8_t { conversation, user };
    Kind kind = Kind::conversation;
    whispr::Uuid id;

    [[nodiscard]] whispr::ConversationId conversation() const { return {id}; }
    [[nodiscard]] whispr::UserId user() const { return {id}; }

    friend auto operator<=>(const Topic&, const Topic&) = default;
};

// What a topic's text turned out to be.
struct ParsedTopic {
    enum class Outcome : std::uint8_t {
        known,
        bad_id,   // a known prefix, but not an id behind it
        unknown,  // no such kind of topic
    };
    Outcome outcome = Outcome::unknown;
    Topic topic;
};
[[nodiscard]] ParsedTopic parse_topic(std::string_view text);

// "conversation:<id>" or "user:<id>", without quotes.
void write_topic(std::string& out, const Topic& topic);

}  // namespace edge::phoenix
