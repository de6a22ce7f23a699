// Where a test finds the answer to a command, and how often it came. Any thread may answer; a test
// that uses threads reads it after the engine was closed.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "whispr/completion.hpp"

namespace whispr::test {

template <class T>
class Answer {
 public:
    [[nodiscard]] Completion<T> completion() {
        return Completion<T>([state = state_](Result<T> result) {
            const std::lock_guard lock(state->mutex);
            state->results.push_back(std::move(result));
        });
    }
    [[nodiscard]] std::size_t count() const {
        const std::lock_guard lock(state_->mutex);
        return state_->results.size();
    }
    /// Throws, which fails the test, unless there is exactly one answer.
    [[nodiscard]] Result<T> result() const {
        const std::lock_guard lock(state_->mutex);
        if (state_->results.size() != 1) {
            throw std::logic_error("answered " + std::to_string(state_->results.size()) +
                                   " times instead of once");
        }
        return state_->results.front();
    }
    /// The value; throws with the error's text when there is none.
    [[nodiscard]] T value() const {
        const Result<T> answered = result();
        if (!answered) {
            throw std::logic_error("refused as " + std::string(to_string(answered.error().code)) +
                                   ": " + answered.error().text);
        }
        return *answered;
    }
    /// The refusal; throws when it was accepted.
    [[nodiscard]] Error error() const {
        const Result<T> answered = result();
        if (answered) throw std::logic_error("accepted, where a refusal was expected");
        return answered.error();
    }

 private:
    struct State {
        std::mutex mutex;
        std::vector<Result<T>> results;
    };
    std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace whispr::test
