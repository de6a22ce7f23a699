#include "sibling_orders.hpp"

#include <algorithm>
#include <array>

namespace whisprd {

namespace {

constexpr std::size_t event_bytes = 64;

constexpr std::array<std::string_view, 15> own_events{
    "phx_",      "presence_", "new_message", "message",     "conversation",
    "delivery_", "reaction_", "user_typing", "user_status", "member_",
    "settings_", "draft",     "schedule",    "moderation:", "attachment"};

}  // namespace

bool is_sibling_event(std::string_view name) {
    return !name.empty() && name.size() <= event_bytes &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-' || c == ':' || c == '.';
           });
}

bool is_own_event(std::string_view name) {
    return std::any_of(own_events.begin(), own_events.end(),
                       [&](std::string_view own) { return name.starts_with(own); });
}

}  // namespace whisprd
