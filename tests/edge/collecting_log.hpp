// A log whose lines a test can read.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "log.hpp"

namespace edge_test {

class CollectingLog {
 public:
    explicit CollectingLog(edge::LogFormat format = edge::LogFormat::text,
                           edge::LogLevel level = edge::LogLevel::debug)
        : lines_(std::make_shared<Lines>()),
          log(std::make_unique<Writer>(lines_),
              {level, format, [] {
                   return std::chrono::system_clock::time_point(
                       std::chrono::microseconds(1'800'000'000'012'345));
               }}) {}

    [[nodiscard]] std::vector<std::string> lines() const {
        const std::lock_guard lock(lines_->mutex);
        return lines_->text;
    }

 private:
    struct Lines {
        std::mutex mutex;
        std::vector<std::string> text;
    };
    class Writer final : public edge::LogWriter {
     public:
        explicit Writer(std::shared_ptr<Lines> lines) : lines_(std::move(lines)) {}
        void write(std::string line) override {
            const std::lock_guard lock(lines_->mutex);
            lines_->text.push_back(std::move(line));
        }

     private:
        std::shared_ptr<Lines> lines_;
    };
    std::shared_ptr<Lines> lines_;

 public:
    edge::Log log;
};

}  // namespace edge_test
