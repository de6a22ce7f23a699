#include "moderation/evidence.hpp"

#include <array>
#include <cstdint>
#include <cstdio>

namespace whispr {

namespace {

std::string base64(std::string_view bytes) {
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k) {
            group <<= 8U;
            if (i + k < bytes.size()) group |= static_cast<unsigned char>(bytes[i + k]);
        }
        for (std::size_t k = 0; k < 4; ++k) {
            const bool is_there = i + k <= bytes.size();
            text += is_there ? digits[(group >> (18U - 6U * k)) & 63U] : '=';
        }
    }
    return text;
}

// "2026-04-18T12:00:00.123456Z"
std::string iso_time(Time time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss<std::chrono::microseconds> clock(time - day);
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()),
                  static_cast<int>(clock.subseconds().count()));
    return text.data();
}

}  // namespace

std::string snapshot_of(const MessageRow& message, Time now) {
    const std::string id = R"({"message_id":")" + message.id.to_string() + '"';
    if (message.deleted) return id + R"(,"error":"message_not_found"})";
    return id + R"(,"sender_id":")" + message.sender.to_string() + R"(","conversation_id":")" +
           message.conversation.to_string() + R"(","message_type":")" +
           std::string(to_string(message.type)) + R"(","content_snapshot":")" +
           base64(message.content) + R"(","metadata":)" + message.metadata + R"(,"sent_at":")" +
           iso_time(message.sent_at) + R"(","captured_at":")" + iso_time(now) + "\"}";
}

}  // namespace whispr
