// Structured logging: one line per event, JSON or text, to a writer that must not block. Lines and
// fields are bounded, control characters are escaped, and what is secret by name or by look is not
// written (log_redaction.hpp).
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace edge {

enum class LogLevel : std::uint8_t { debug, info, warn, error, off };
enum class LogFormat : std::uint8_t { text, json };

// One named value of a line. The views are read during the call only.
struct LogField {
    std::string_view key;  // snake_case; "request_id", "user", "conversation", "error", ...
    std::variant<std::string_view, std::int64_t, double, bool> value;

    LogField(std::string_view name, std::string_view text) : key(name), value(text) {}
    LogField(std::string_view name, const char* text) : key(name), value(std::string_view(text)) {}
    LogField(std::string_view name, const std::string& text)
        : key(name), value(std::string_view(text)) {}
    LogField(std::string_view name, bool flag) : key(name), value(flag) {}
    LogField(std::string_view name, double number) : key(name), value(number) {}
    template <std::integral Integer>
    LogField(std::string_view name, Integer number)
        : key(name), value(static_cast<std::int64_t>(number)) {}
};

// Takes finished lines (without the line end). Called from any thread; must not block and not
// throw.
class LogWriter {
 public:
    LogWriter() = default;
    LogWriter(const LogWriter&) = delete;
    LogWriter& operator=(const LogWriter&) = delete;
    virtual ~LogWriter() = default;
    virtual void write(std::string line) = 0;
    // Lines lost because the reader of the log was too slow.
    [[nodiscard]] virtual std::uint64_t dropped() const { return 0; }
};

// Writes to standard error on a thread of its own, through a queue of 4,096 lines; when that is
// full the oldest line is lost and counted. Destroying it writes what is queued.
[[nodiscard]] std::unique_ptr<LogWriter> stderr_log_writer();

class Log {
 public:
    using Clock = std::function<std::chrono::system_clock::time_point()>;

    struct Options {
        LogLevel level = LogLevel::info;
        LogFormat format = LogFormat::text;
        Clock now;  // the system clock when empty
    };

    Log(std::unique_ptr<LogWriter> writer, Options options);
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;
    ~Log();

    // Writes one line when `level` is enabled. Any thread; does not block, does not throw.
    void write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields);

    void debug(std::string_view message, std::initializer_list<LogField> fields = {}) {
        write(LogLevel::debug, message, fields);
    }
    void info(std::string_view message, std::initializer_list<LogField> fields = {}) {
        write(LogLevel::info, message, fields);
    }
    void warn(std::string_view message, std::initializer_list<LogField> fields = {}) {
        write(LogLevel::warn, message, fields);
    }
    void error(std::string_view message, std::initializer_list<LogField> fields = {}) {
        write(LogLevel::error, message, fields);
    }

    [[nodiscard]] bool enabled(LogLevel level) const {
        return level >= options_.level && level != LogLevel::off;
    }
    [[nodiscard]] std::uint64_t dropped() const { return writer_->dropped(); }

 private:
    std::unique_ptr<LogWriter> writer_;
    Options options_;
};

}  // namespace edge
