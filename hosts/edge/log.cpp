#include "log.hpp"

#include "log_line.hpp"

namespace edge {

Log::Log(std::unique_ptr<LogWriter> writer, Options options)
    : writer_(std::move(writer)), options_(std::move(options)) {
    if (!options_.now) options_.now = [] { return std::chrono::system_clock::now(); };
}

Log::~Log() = default;

void Log::write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
    if (!enabled(level)) return;
    try {
        writer_->write(format_log_line(
            {options_.now(), level, message, {fields.begin(), fields.size()}}, options_.format));
    } catch (...) {
        // Out of memory: the line is lost, the caller's work is not.
    }
}

}  // namespace edge
