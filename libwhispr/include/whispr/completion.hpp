// The answer to a command. A Completion is called exactly once, on any thread: calling it a second
// time is a defect that stops the program, and one that is destroyed without an answer answers
// `internal` by itself, so no caller waits for ever. `Waiter` turns it into a blocking call for
// programs without callbacks.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "whispr/result.hpp"

namespace whispr {

namespace detail {
[[noreturn]] void completion_called_twice() noexcept;
[[nodiscard]] Error dropped_completion();
}  // namespace detail

/// Move-only. The callback must not throw, must return soon, and may call the engine again (such a
/// call is queued).
template <class T>
class Completion {
 public:
    Completion() = default;
    template <class F>
    requires std::is_invocable_v<F&, Result<T>> &&
        (!std::is_same_v<std::decay_t<F>, Completion>)Completion(F callback)
        : callback_(std::make_unique<Holder<F>>(std::move(callback))) {}
    Completion(Completion&&) noexcept = default;
    Completion& operator=(Completion&& other) noexcept {
        if (this != &other) {
            drop();
            callback_ = std::move(other.callback_);
        }
        return *this;
    }
    ~Completion() { drop(); }

    /// Answers. Requires: not answered before.
    void operator()(Result<T> result) {
        if (!callback_) detail::completion_called_twice();
        const auto callback = std::move(callback_);
        callback->call(std::move(result));
    }
    explicit operator bool() const noexcept { return callback_ != nullptr; }

 private:
    struct Callable {
        virtual ~Callable() = default;
        virtual void call(Result<T> result) = 0;
    };
    template <class F>
    struct Holder final : Callable {
        explicit Holder(F f) : callback(std::move(f)) {}
        void call(Result<T> result) override { callback(std::move(result)); }
        F callback;
    };
    void drop() noexcept {
        if (callback_) (*this)(detail::dropped_completion());
    }

    std::unique_ptr<Callable> callback_;
};

/// Waits for one answer: `Waiter<Sent> answer; messages.send(caller, command, answer.completion());
/// answer.get();` With the inline executor the answer is there at once; never wait inside a
/// callback. One thread waits.
template <class T>
class Waiter {
 public:
    [[nodiscard]] Completion<T> completion() {
        return Completion<T>([state = state_](Result<T> result) {
            {
                const std::lock_guard lock(state->mutex);
                state->result.emplace(std::move(result));
            }
            state->ready.notify_one();
        });
    }
    [[nodiscard]] Result<T> get() {
        std::unique_lock lock(state_->mutex);
        state_->ready.wait(lock, [this] { return state_->result.has_value(); });
        return *std::move(state_->result);
    }

 private:
    struct State {
        std::mutex mutex{};
        std::condition_variable ready{};
        std::optional<Result<T>> result{};
    };
    std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace whispr
