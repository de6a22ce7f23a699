// spdlog gives the bounded queue, the writing thread and the count of what was lost; the lines are
// ours, because escaping and redaction must hold whatever is logged.
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "log.hpp"

namespace edge {

namespace {

constexpr std::size_t queued_lines = 4096;

class StderrLogWriter final : public LogWriter {
 public:
    StderrLogWriter()
        : pool_(std::make_shared<spdlog::details::thread_pool>(queued_lines, 1)),
          logger_(std::make_shared<spdlog::async_logger>(
              "whispr", std::make_shared<spdlog::sinks::stderr_sink_mt>(), pool_,
              spdlog::async_overflow_policy::overrun_oldest)) {
        logger_->set_pattern("%v");
        logger_->set_level(spdlog::level::trace);
        logger_->flush_on(spdlog::level::trace);
        // Its own complaint about a failed write would go to the stream that just failed.
        logger_->set_error_handler([](const std::string&) {});
    }

    // The pool writes what is queued and ends its thread; only then goes what that thread writes
    // to.
    ~StderrLogWriter() override { pool_.reset(); }

    void write(std::string line) override {
        logger_->log(spdlog::level::info, spdlog::string_view_t(line));
    }

    std::uint64_t dropped() const override { return pool_->overrun_counter(); }

 private:
    std::shared_ptr<spdlog::details::thread_pool> pool_;  // the logger holds it weakly
    std::shared_ptr<spdlog::async_logger> logger_;
};

}  // namespace

std::unique_ptr<LogWriter> stderr_log_writer() {
    return std::make_unique<StderrLogWriter>();
}

}  // namespace edge
