// Keeps everything that the engine tells, batch by batch. Any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <variant>
#include <vector>

#include "whispr/ports/session_sink.hpp"

namespace whispr::test {

class RecordingSink final : public SessionSink {
 public:
    void deliver(const std::shared_ptr<const Events>& events) noexcept override;

    /// Called after every delivery. Set it before anything is told.
    std::function<void(const Events&)> on_deliver;

    void clear();
    [[nodiscard]] std::vector<std::shared_ptr<const Events>> batches() const;
    /// All events in the order they were told.
    [[nodiscard]] Events all() const;
    /// Those that tell of a `What`.
    template <class What>
    [[nodiscard]] Events of() const {
        return of_kind([](const Event& e) { return std::holds_alternative<What>(e.what); });
    }
    /// What the newest of them says. Requires: there is one.
    template <class What>
    [[nodiscard]] What last() const {
        return std::get<What>(of<What>().back().what);
    }

 private:
    [[nodiscard]] Events of_kind(bool (*is_it)(const Event&)) const;

    mutable std::mutex mutex_;
    std::vector<std::shared_ptr<const Events>> batches_;
};

}  // namespace whispr::test
