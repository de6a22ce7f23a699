// Where the engine reports what an operator should know. Never message content, never secrets.
#pragma once

#include <cstdint>
#include <string_view>

namespace whispr {

enum class LogLevel : std::uint8_t { debug, info, warning, error };

class LogSink {
 public:
    virtual ~LogSink() = default;

    /// Any thread. Must not block for long and must not throw.
    virtual void log(LogLevel level, std::string_view text) noexcept = 0;
};

}  // namespace whispr
