// The text of a log line, in both formats.
#pragma once

#include <span>
#include <string>

#include "log.hpp"

namespace edge {

// A longer line is cut: long values lose their end, fields beyond the bound are left out.
inline constexpr std::size_t max_log_line_bytes = 8 * 1024;

struct LogEvent {
    std::chrono::system_clock::time_point time;
    LogLevel level;
    std::string_view message;
    std::span<const LogField> fields;
};

// One line without its end. JSON: {"ts","level","msg",fields...}. Text: time, level, message,
// key=value. Any thread.
[[nodiscard]] std::string format_log_line(const LogEvent& event, LogFormat format);

}  // namespace edge
