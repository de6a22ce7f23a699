// Writing JSON by hand into a buffer that is reused. Every function appends; none inserts commas or
// looks at what is there already. Any thread, as long as the buffer is one thread's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "whispr/ids.hpp"
#include "whispr/time.hpp"

namespace edge::json {

// `text`, quoted and escaped. Requires: valid UTF-8.
void write_text(std::string& out, std::string_view text);

// Message content: text when it is valid UTF-8, base64 of the bytes otherwise.
void write_content(std::string& out, std::string_view bytes);

// The 36 characters of an id without quotes.
void write_bare(std::string& out, const whispr::Uuid& id);

void write(std::string& out, const whispr::Uuid& id);
template <class Tag>
void write(std::string& out, const whispr::Id<Tag>& id) {
    write(out, id.uuid);
}

// "2026-04-18T12:00:00.123456Z", quoted.
void write(std::string& out, whispr::Time time);

void write_number(std::string& out, std::int64_t number);
void write_number(std::string& out, double number, int decimals);
void write_bool(std::string& out, bool value);

// Whether `bytes` are valid UTF-8.
[[nodiscard]] bool is_utf8(std::string_view bytes);

}  // namespace edge::json
