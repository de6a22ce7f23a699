#include "token_encoding.hpp"

#include <array>
#include <cstdint>

namespace edge {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr unsigned char no_value = 0xff;

constexpr std::array<unsigned char, 256> make_values() {
    std::array<unsigned char, 256> values{};
    values.fill(no_value);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        values[static_cast<unsigned char>(alphabet[i])] = static_cast<unsigned char>(i);
    }
    return values;
}

constexpr std::array<unsigned char, 256> values = make_values();

}  // namespace

std::optional<std::string> base64url_decode(std::string_view text) {
    if (text.size() % 4 == 1) return std::nullopt;
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    int held = 0;
    for (const char character : text) {
        const unsigned char value = values[static_cast<unsigned char>(character)];
        if (value == no_value) return std::nullopt;
        bits = (bits << 6 | value) & 0xffffU;
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes.push_back(static_cast<char>(bits >> held & 0xffU));
        }
    }
    // Bits that belong to no byte must be zero: otherwise several texts would mean the same bytes.
    if ((bits & ((1U << held) - 1)) != 0) return std::nullopt;
    return bytes;
}

std::string base64url_encode(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() * 4 + 2) / 3);
    std::uint32_t bits = 0;
    int held = 0;
    for (const char byte : bytes) {
        bits = (bits << 8 | static_cast<unsigned char>(byte)) & 0xffffU;
        held += 8;
        while (held >= 6) {
            held -= 6;
            text.push_back(alphabet[bits >> held & 63U]);
        }
    }
    if (held > 0) text.push_back(alphabet[bits << (6 - held) & 63U]);
    return text;
}

std::optional<std::string> canonical_uuid(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    std::string uuid(text);
    for (std::size_t i = 0; i < uuid.size(); ++i) {
        char& character = uuid[i];
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (character != '-') return std::nullopt;
        } else if (character >= 'A' && character <= 'F') {
            character = static_cast<char>(character - 'A' + 'a');
        } else if (!(character >= '0' && character <= '9') &&
                   !(character >= 'a' && character <= 'f')) {
            return std::nullopt;
        }
    }
    return uuid;
}

}  // namespace edge
