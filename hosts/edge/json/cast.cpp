#include "edge/json/cast.hpp"

#include <charconv>
#include <chrono>

namespace edge::json {

namespace {

std::optional<std::int64_t> parse_integer(std::string_view text) {
    if (!text.empty() && text.front() == '+') text.remove_prefix(1);
    std::int64_t number = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || end.ec != std::errc() || end.ptr != text.data() + text.size())
        return std::nullopt;
    return number;
}

// Reads what a date is made of, from the front.
struct Scanner {
    std::string_view rest;

    bool take(char expected) {
        if (rest.empty() || rest.front() != expected) return false;
        rest.remove_prefix(1);
        return true;
    }
    // Exactly `digits` of them, at most `most`.
    std::optional<int> number(std::size_t digits, int most) {
        int value = 0;
        if (rest.size() < digits) return std::nullopt;
        for (std::size_t i = 0; i < digits; ++i) {
            if (rest[i] < '0' || rest[i] > '9') return std::nullopt;
            value = value * 10 + (rest[i] - '0');
        }
        rest.remove_prefix(digits);
        if (value > most) return std::nullopt;
        return value;
    }
    // The digits behind a decimal point, as microseconds.
    std::optional<std::int64_t> fraction() {
        std::int64_t value = 0;
        std::size_t digits = 0;
        for (; digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9'; ++digits) {
            if (digits < 6) value = value * 10 + (rest[digits] - '0');
        }
        if (digits == 0 || digits > 30) return std::nullopt;
        for (std::size_t i = digits; i < 6; ++i)
            value *= 10;
        rest.remove_prefix(digits);
        return value;
    }
    // Z, +hh:mm, -hhmm, or nothing.
    std::optional<std::chrono::minutes> offset() {
        if (rest.empty()) return std::chrono::minutes(0);
        if (take('Z') || take('z')) return std::chrono::minutes(0);
        const bool behind = rest.front() == '-';
        if (!take('+') && !take('-')) return std::nullopt;
        const auto hours = number(2, 23);
        take(':');
        const auto minutes = number(2, 59);
        if (!hours || !minutes) return std::nullopt;
        const std::chrono::minutes all(*hours * 60 + *minutes);
        return behind ? -all : all;
    }
};

}  // namespace

Cast<std::string_view> to_text(const Value& value) {
    if (!value.given()) return {};
    if (value.kind != Kind::string) return {std::nullopt, true};
    return {value.text};
}

Cast<std::int64_t> to_integer(const Value& value) {
    if (!value.given()) return {};
    if (value.kind != Kind::number && value.kind != Kind::string) return {std::nullopt, true};
    if (value.kind == Kind::string && value.text.empty()) return {};
    const auto number = parse_integer(value.text);
    return {number, !number};
}

Cast<std::int64_t> to_exact_integer(const Value& value) {
    constexpr std::int64_t most = std::int64_t{1} << 53;
    const auto number = to_integer(value);
    if (number.value && (*number.value > most || *number.value < -most))
        return {std::nullopt, true};
    return number;
}

Cast<bool> to_bool(const Value& value) {
    if (!value.given()) return {};
    if (value.kind == Kind::boolean || value.kind == Kind::string) {
        if (value.text == "true" || value.text == "1") return {true};
        if (value.text == "false" || value.text == "0") return {false};
    }
    return {std::nullopt, true};
}

Cast<whispr::Uuid> to_uuid(const Value& value) {
    if (!value.given()) return {};
    if (value.kind != Kind::string) return {std::nullopt, true};
    const auto id = whispr::Uuid::parse(value.text);
    return {id, !id};
}

Cast<whispr::Time> to_time(const Value& value) {
    if (!value.given()) return {};
    if (value.kind != Kind::string) return {std::nullopt, true};
    if (value.text.empty()) return {};
    const auto time = parse_time(value.text);
    return {time, !time};
}

Cast<std::string_view> to_object(const Value& value) {
    if (!value.given()) return {};
    if (value.kind != Kind::object) return {std::nullopt, true};
    return {value.text};
}

std::optional<whispr::Time> parse_time(std::string_view text) {
    Scanner scan{text};
    const auto year = scan.number(4, 9999);
    if (!year || !scan.take('-')) return std::nullopt;
    const auto month = scan.number(2, 12);
    if (!month || !scan.take('-')) return std::nullopt;
    const auto day = scan.number(2, 31);
    if (!day || (!scan.take('T') && !scan.take('t') && !scan.take(' '))) return std::nullopt;
    const auto hour = scan.number(2, 23);
    if (!hour || !scan.take(':')) return std::nullopt;
    const auto minute = scan.number(2, 59);
    if (!minute || !scan.take(':')) return std::nullopt;
    const auto second = scan.number(2, 59);
    if (!second) return std::nullopt;
    std::int64_t micros = 0;
    if (scan.take('.') || scan.take(',')) {
        const auto fraction = scan.fraction();
        if (!fraction) return std::nullopt;
        micros = *fraction;
    }
    const auto offset = scan.offset();
    if (!offset || !scan.rest.empty()) return std::nullopt;
    const std::chrono::year_month_day date(std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day)));
    if (!date.ok()) return std::nullopt;
    return whispr::Time(std::chrono::sys_days(date)) + std::chrono::hours(*hour) +
           std::chrono::minutes(*minute) + std::chrono::seconds(*second) +
           std::chrono::microseconds(micros) - *offset;
}

}  // namespace edge::json
