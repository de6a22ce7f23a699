#include "log_line.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>

#include "log_redaction.hpp"

namespace edge {

namespace {

constexpr std::size_t max_text_bytes = 2048;  // of one value or message
constexpr std::size_t max_fields = 32;
// Looked at for tokens before it is cut, so that a cut cannot hide what makes a token look like
// one.
constexpr std::size_t max_scanned_bytes = 16 * 1024;

std::string_view name_of(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return "debug";
        case LogLevel::info:
            return "info";
        case LogLevel::warn:
            return "warn";
        case LogLevel::error:
            return "error";
        case LogLevel::off:
            return "off";
    }
    return "unknown";
}

// The length of the well-formed UTF-8 sequence at the front of `text`, 0 when there is none.
std::size_t sequence_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return 0;
    }
    const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
    const bool beyond = (first == 0xed && byte(1) >= 0xa0) || (first == 0xf4 && byte(1) >= 0x90);
    return overlong || beyond ? 0 : length;
}

// Appends `text` as the inside of a JSON string: one line, well-formed, no control characters, cut
// when too long. The text format uses the same escapes, so neither can be made to show a line or a
// colour that is not ours.
void append_escaped(std::string& line, std::string_view text) {
    const std::size_t limit = line.size() + max_text_bytes;
    while (!text.empty()) {
        if (line.size() >= limit) {
            line += "...";
            return;
        }
        const std::size_t length = sequence_length(text);
        const auto first = static_cast<unsigned char>(text[0]);
        if (length == 0) {
            line += "\xef\xbf\xbd";  // the replacement character
        } else if (first == '"' || first == '\\') {
            line += '\\';
            line += text[0];
        } else if (first == '\n') {
            line += "\\n";
        } else if (first < 0x20 || first == 0x7f) {
            fmt::format_to(std::back_inserter(line), "\\u{:04x}", first);
        } else if (first == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0) {
            // The second block of control characters, U+0080 to U+009F.
            fmt::format_to(std::back_inserter(line), "\\u{:04x}",
                           static_cast<unsigned char>(text[1]));
        } else {
            line += text.substr(0, length);
        }
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
}

void append_quoted(std::string& line, std::string_view text) {
    line += '"';
    append_escaped(line, text);
    line += '"';
}

struct AppendValue {
    std::string& line;
    bool secret;
    bool json;

    void operator()(std::string_view text) const {
        const std::string shown =
            secret ? std::string(redacted) : redact_tokens(text.substr(0, max_scanned_bytes));
        const bool plain =
            !json && !shown.empty() && shown.find_first_of(" \"\\=\n\t") == std::string::npos;
        plain ? append_escaped(line, shown) : append_quoted(line, shown);
    }
    void operator()(std::int64_t number) const { line += secret ? "null" : fmt::to_string(number); }
    void operator()(double number) const {
        // JSON has no infinity.
        line += secret || !std::isfinite(number) ? "null" : fmt::format("{}", number);
    }
    void operator()(bool flag) const { line += flag ? "true" : "false"; }
};

void append_time(std::string& line, std::chrono::system_clock::time_point time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const auto micros =
        std::chrono::duration_cast<std::chrono::microseconds>(time - seconds).count();
    fmt::format_to(std::back_inserter(line), "{:%Y-%m-%dT%H:%M:%S}.{:06}Z",
                   fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)), micros);
}

}  // namespace

std::string format_log_line(const LogEvent& event, LogFormat format) {
    const bool json = format == LogFormat::json;
    std::string line(json ? R"({"ts":")" : "");
    append_time(line, event.time);
    const std::string message = redact_tokens(event.message.substr(0, max_scanned_bytes));
    if (json) {
        line += R"(","level":")";
        line += name_of(event.level);
        line += R"(","msg":)";
        append_quoted(line, message);
    } else {
        fmt::format_to(std::back_inserter(line), " {:<5} ", name_of(event.level));
        append_escaped(line, message);
    }
    std::size_t shown = 0;
    for (const LogField& field : event.fields) {
        const std::size_t before = line.size();
        line += json ? "," : " ";
        json ? append_quoted(line, field.key) : append_escaped(line, field.key);
        line += json ? ':' : '=';
        std::visit(AppendValue{line, is_secret_name(field.key), json}, field.value);
        // Whole fields only, so that a long line stays well-formed.
        if (++shown > max_fields || line.size() >= max_log_line_bytes - 1) {
            line.resize(before);
            break;
        }
    }
    if (json) line += '}';
    return line;
}

}  // namespace edge
