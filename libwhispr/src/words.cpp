// The words of the wire for the engine's enumerations.
#include "whispr/conversations.hpp"
#include "whispr/messages.hpp"

namespace whispr {

std::string_view to_string(MessageType type) noexcept {
    switch (type) {
        case MessageType::text:
            return "text";
        case MessageType::media:
            return "media";
        case MessageType::system:
            return "system";
    }
    return "text";
}

std::optional<MessageType> parse_message_type(std::string_view text) noexcept {
    if (text == "text") return MessageType::text;
    if (text == "media") return MessageType::media;
    if (text == "system") return MessageType::system;
    return std::nullopt;
}

std::string_view to_string(DeliveryStatus status) noexcept {
    switch (status) {
        case DeliveryStatus::sent:
            return "sent";
        case DeliveryStatus::delivered:
            return "delivered";
        case DeliveryStatus::read:
            return "read";
    }
    return "sent";
}

std::string_view to_string(ConversationType type) noexcept {
    return type == ConversationType::direct ? "direct" : "group";
}

std::string_view to_string(Role role) noexcept {
    switch (role) {
        case Role::member:
            return "member";
        case Role::moderator:
            return "moderator";
        case Role::admin:
            return "admin";
        case Role::owner:
            return "owner";
    }
    return "member";
}

std::optional<Role> parse_role(std::string_view text) noexcept {
    if (text == "member") return Role::member;
    if (text == "moderator") return Role::moderator;
    if (text == "admin") return Role::admin;
    if (text == "owner") return Role::owner;
    return std::nullopt;
}

}  // namespace whispr
