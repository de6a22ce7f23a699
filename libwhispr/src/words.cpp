// The words of the wire for the engine's enumerations.
#include <algorithm>
#include <array>
#include <cstddef>

#include "whispr/conversations.hpp"
#include "whispr/messages.hpp"
#include "whispr/moderation.hpp"
#include "whispr/schedules.hpp"

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

namespace {

// In the order of their enumerations.
constexpr std::array<std::string_view, 4> file_types{"image", "video", "audio", "document"};
constexpr std::array<std::string_view, 4> schedule_statuses{"pending", "sent", "cancelled",
                                                            "failed"};
constexpr std::array<std::string_view, 6> report_categories{"offensive", "spam",       "nudity",
                                                            "violence",  "harassment", "other"};
constexpr std::array<std::string_view, 4> report_statuses{"pending", "under_review",
                                                          "resolved_action", "resolved_dismissed"};
constexpr std::array<std::string_view, 3> sanction_types{"mute", "kick", "shadow_restrict"};

template <class Enum, std::size_t Count>
std::optional<Enum> parse(const std::array<std::string_view, Count>& words,
                          std::string_view text) noexcept {
    const auto found = std::find(words.begin(), words.end(), text);
    if (found == words.end()) return std::nullopt;
    return static_cast<Enum>(found - words.begin());
}

template <class Enum, std::size_t Count>
std::string_view word(const std::array<std::string_view, Count>& words, Enum value) noexcept {
    return words.at(static_cast<std::size_t>(value));
}

}  // namespace

std::string_view to_string(FileType value) noexcept {
    return word(file_types, value);
}

std::optional<FileType> parse_file_type(std::string_view text) noexcept {
    if (text == "file") return FileType::document;
    return parse<FileType>(file_types, text);
}

std::string_view to_string(ScheduleStatus value) noexcept {
    return word(schedule_statuses, value);
}

std::optional<ScheduleStatus> parse_schedule_status(std::string_view text) noexcept {
    return parse<ScheduleStatus>(schedule_statuses, text);
}

std::string_view to_string(ReportCategory value) noexcept {
    return word(report_categories, value);
}

std::optional<ReportCategory> parse_report_category(std::string_view text) noexcept {
    return parse<ReportCategory>(report_categories, text);
}

std::string_view to_string(ReportStatus value) noexcept {
    return word(report_statuses, value);
}

std::optional<ReportStatus> parse_report_status(std::string_view text) noexcept {
    return parse<ReportStatus>(report_statuses, text);
}

std::string_view to_string(SanctionType value) noexcept {
    return word(sanction_types, value);
}

std::optional<SanctionType> parse_sanction_type(std::string_view text) noexcept {
    return parse<SanctionType>(sanction_types, text);
}

}  // namespace whispr
