#include "wire/phoenix_frame.hpp"

#include <charconv>

namespace load {
namespace {

// Takes one string or null, and the comma behind it.
bool take_part(std::string_view& rest, std::string_view& part) {
    if (rest.substr(0, 5) == "null,") {
        part = {};
        rest.remove_prefix(5);
        return true;
    }
    if (rest.empty() || rest.front() != '"') return false;
    const std::size_t end = rest.find('"', 1);
    if (end == std::string_view::npos || end + 1 >= rest.size() || rest[end + 1] != ',') {
        return false;
    }
    part = rest.substr(1, end - 1);
    rest.remove_prefix(end + 2);
    return part.find('\\') == std::string_view::npos;
}

}  // namespace

bool PhoenixFrame::is_ok_reply() const {
    return is_reply() && payload.find(R"("status":"ok")") != std::string_view::npos;
}

bool split_phoenix(std::string_view text, PhoenixFrame& frame) {
    if (text.size() < 2 || text.front() != '[' || text.back() != ']') return false;
    std::string_view rest = text.substr(1, text.size() - 2);
    if (!take_part(rest, frame.join_ref) || !take_part(rest, frame.ref) ||
        !take_part(rest, frame.topic) || !take_part(rest, frame.event)) {
        return false;
    }
    frame.payload = rest;
    return !rest.empty();
}

std::string phoenix_push(std::string_view join_ref, std::uint64_t ref, std::string_view topic,
                         std::string_view event, std::string_view payload) {
    std::string out;
    out.reserve(64 + topic.size() + event.size() + payload.size());
    out.append("[\"").append(join_ref).append("\",\"").append(std::to_string(ref));
    out.append("\",\"").append(topic).append("\",\"").append(event).append("\",");
    out.append(payload).append("]");
    return out;
}

std::string phoenix_heartbeat() {
    return R"([null,"0","phoenix","heartbeat",{}])";
}

std::string new_message_payload(std::string_view content, std::uint64_t client_random) {
    std::string out = R"({"content":")";
    out.append(content).append(R"(","message_type":"text","client_random":)");
    out.append(std::to_string(client_random)).append("}");
    return out;
}

std::uint64_t ref_number(std::string_view ref) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(ref.data(), ref.data() + ref.size(), value);
    return error == std::errc{} && end == ref.data() + ref.size() ? value : 0;
}

}  // namespace load
