#include "edge/json/text.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace edge::json {

namespace {

constexpr std::uint64_t every_byte = 0x0101010101010101ULL;
constexpr std::uint64_t high_bits = 0x8080808080808080ULL;

// Whether one of eight bytes is a quote, a backslash or a control character. False positives are
// impossible for bytes below 128 and harmless above: the slow path looks at each byte.
bool needs_escape(std::uint64_t word) {
    const auto has_zero = [](std::uint64_t value) {
        return (value - every_byte) & ~value & high_bits;
    };
    const std::uint64_t control = (word - every_byte * 0x20) & ~word & high_bits;
    return (control | has_zero(word ^ (every_byte * '"')) | has_zero(word ^ (every_byte * '\\'))) !=
           0;
}

void write_escaped(std::string& out, char byte) {
    switch (byte) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            break;
    }
    constexpr std::string_view digits = "0123456789abcdef";
    const auto code = static_cast<unsigned char>(byte);
    out += "\\u00";
    out += digits[code >> 4];
    out += digits[code & 15];
}

bool is_plain(char byte) {
    const auto code = static_cast<unsigned char>(byte);
    return code >= 0x20 && byte != '"' && byte != '\\';
}

void write_base64(std::string& out, std::string_view bytes) {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t group = 0;
        const std::size_t taken = std::min<std::size_t>(3, bytes.size() - at);
        for (std::size_t i = 0; i < 3; ++i) {
            group = group << 8 | (i < taken ? static_cast<unsigned char>(bytes[at + i]) : 0U);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            out += i <= taken ? alphabet[group >> (18 - 6 * i) & 63] : '=';
        }
    }
}

char* write_digits(char* out, std::int64_t number, int digits) {
    for (int i = digits - 1; i >= 0; --i) {
        out[i] = static_cast<char>('0' + number % 10);
        number /= 10;
    }
    return out + digits;
}

}  // namespace

void write_text(std::string& out, std::string_view text) {
    out += '"';
    const char* data = text.data();
    std::size_t done = 0;
    std::size_t at = 0;
    while (at < text.size()) {
        if (text.size() - at >= 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, data + at, 8);
            if (!needs_escape(word)) {
                at += 8;
                continue;
            }
        }
        // Either fewer than eight bytes are left, or one of the next eight is special.
        const std::size_t end = std::min(text.size(), at + 8);
        for (; at < end; ++at) {
            if (is_plain(data[at])) continue;
            out.append(data + done, at - done);
            write_escaped(out, data[at]);
            done = at + 1;
        }
    }
    out.append(data + done, text.size() - done);
    out += '"';
}

void write_content(std::string& out, std::string_view bytes) {
    if (is_utf8(bytes)) {
        write_text(out, bytes);
        return;
    }
    out += '"';
    write_base64(out, bytes);
    out += '"';
}

void write_bare(std::string& out, const whispr::Uuid& id) {
    std::array<char, 36> text;
    id.write(text.data());
    out.append(text.data(), text.size());
}

void write(std::string& out, const whispr::Uuid& id) {
    std::array<char, 38> text;
    text.front() = '"';
    id.write(text.data() + 1);
    text.back() = '"';
    out.append(text.data(), text.size());
}

void write(std::string& out, whispr::Time time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::int64_t of_day = (time - day).count();
    std::array<char, 29> text;
    char* at = text.data();
    *at++ = '"';
    at = write_digits(at, static_cast<int>(date.year()), 4);
    *at++ = '-';
    at = write_digits(at, static_cast<unsigned>(date.month()), 2);
    *at++ = '-';
    at = write_digits(at, static_cast<unsigned>(date.day()), 2);
    *at++ = 'T';
    at = write_digits(at, of_day / 3'600'000'000, 2);
    *at++ = ':';
    at = write_digits(at, of_day / 60'000'000 % 60, 2);
    *at++ = ':';
    at = write_digits(at, of_day / 1'000'000 % 60, 2);
    *at++ = '.';
    at = write_digits(at, of_day % 1'000'000, 6);
    *at++ = 'Z';
    *at++ = '"';
    out.append(text.data(), static_cast<std::size_t>(at - text.data()));
}

void write_number(std::string& out, std::int64_t number) {
    std::array<char, 24> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number);
    out.append(text.data(), end.ptr);
}

void write_number(std::string& out, double number, int decimals) {
    std::array<char, 64> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number,
                                   std::chars_format::fixed, decimals);
    out.append(text.data(), end.ec == std::errc() ? end.ptr : text.data());
}

void write_bool(std::string& out, bool value) {
    out += value ? "true" : "false";
}

bool is_utf8(std::string_view bytes) {
    return simdjson::validate_utf8(bytes.data(), bytes.size());
}

}  // namespace edge::json
