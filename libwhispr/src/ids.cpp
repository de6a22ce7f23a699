#include "whispr/ids.hpp"

namespace whispr {

namespace {

constexpr char hex_digits[] = "0123456789abcdef";

constexpr int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

constexpr bool dash_before_byte(std::size_t index) noexcept {
    return index == 4 || index == 6 || index == 8 || index == 10;
}

}  // namespace

std::optional<Uuid> Uuid::parse(std::string_view text) noexcept {
    if (text.size() != 36) return std::nullopt;
    Uuid result;
    std::size_t at = 0;
    for (std::size_t i = 0; i < 16; ++i) {
        if (dash_before_byte(i) && text[at++] != '-') return std::nullopt;
        const int high = hex_value(text[at]);
        const int low = hex_value(text[at + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        result.bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
        at += 2;
    }
    return result;
}

void Uuid::write(char* out) const noexcept {
    for (std::size_t i = 0; i < 16; ++i) {
        if (dash_before_byte(i)) *out++ = '-';
        *out++ = hex_digits[bytes[i] >> 4];
        *out++ = hex_digits[bytes[i] & 15];
    }
}

std::string Uuid::to_string() const {
    std::string text(36, '\0');
    write(text.data());
    return text;
}

}  // namespace whispr
