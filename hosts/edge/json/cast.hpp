// From what a client sent to what a command needs, with the leniency existing clients rely on:
// integers may come as digit strings, booleans as "true" or "1", times without an offset are UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "edge/json/document.hpp"
#include "whispr/ids.hpp"
#include "whispr/time.hpp"

namespace edge::json {

// What became of a value: not there (or null), of the right form, or of a wrong one.
template <class T>
struct Cast {
    std::optional<T> value;
    bool wrong = false;

    [[nodiscard]] bool absent() const { return !value && !wrong; }
};

[[nodiscard]] Cast<std::string_view> to_text(const Value& value);
// JSON integers in the range of int64, or a string of digits with an optional sign.
[[nodiscard]] Cast<std::int64_t> to_integer(const Value& value);
// The same within 2^53: what every client can hold exactly.
[[nodiscard]] Cast<std::int64_t> to_exact_integer(const Value& value);
[[nodiscard]] Cast<bool> to_bool(const Value& value);
[[nodiscard]] Cast<whispr::Uuid> to_uuid(const Value& value);
[[nodiscard]] Cast<whispr::Time> to_time(const Value& value);
// The JSON text of an object.
[[nodiscard]] Cast<std::string_view> to_object(const Value& value);

// An ISO 8601 date and time ("2026-04-18T12:00:00.5+02:00"; a blank instead of T; no offset: UTC),
// to the microsecond. Nothing for anything else.
[[nodiscard]] std::optional<whispr::Time> parse_time(std::string_view text);

}  // namespace edge::json
