#include "edge/phoenix/topic.hpp"

#include "edge/json/text.hpp"

namespace edge::phoenix {

namespace {
constexpr std::string_view conversation_prefix = "conversation:";
constexpr std::string_view user_prefix = "user:";
}  // namespace

ParsedTopic parse_topic(std::string_view text) {
    ParsedTopic parsed;
    if (text.starts_with(conversation_prefix)) {
        parsed.topic.kind = Topic::Kind::conversation;
        text.remove_prefix(conversation_prefix.size());
    } else if (text.starts_with(user_prefix)) {
        parsed.topic.kind = Topic::Kind::user;
        text.remove_prefix(user_prefix.size());
    } else {
        return parsed;
    }
    const auto id = whispr::Uuid::parse(text);
    parsed.outcome = id ? ParsedTopic::Outcome::known : ParsedTopic::Outcome::bad_id;
    if (id) parsed.topic.id = *id;
    return parsed;
}

void write_topic(std::string& out, const Topic& topic) {
    out += topic.kind == Topic::Kind::conversation ? conversation_prefix : user_prefix;
    json::write_bare(out, topic.id);
}

}  // namespace edge::phoenix
