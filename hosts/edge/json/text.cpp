#include "edge/json/text.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "edge/json/scan.hpp"

namespace edge::json {

namespace {

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
    const char* const end = data + text.size();
    const char* done = data;
    while (data != end) {
        // The last few bytes are looked at in a place where eight can be read.
        std::array<char, 8> tail{};
        const auto left = static_cast<std::size_t>(end - data);
        if (left < 8) std::memcpy(tail.data(), data, left);
        const std::size_t plain = plain_bytes(left < 8 ? tail.data() : data);
        data += std::min(plain, left);
        if (plain >= std::min<std::size_t>(left, 8)) continue;
        out.append(done, static_cast<std::size_t>(data - done));
        write_escaped(out, *data++);
        done = data;
    }
    out.append(done, static_cast<std::size_t>(end - done));
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
