// A command with its completion: what nearly every use case is.
#pragma once

#include <optional>
#include <utility>

#include "engine/command.hpp"
#include "engine/working_set.hpp"
#include "whispr/caller.hpp"
#include "whispr/completion.hpp"

namespace whispr {

template <class T>
class AnsweringCommand : public Command {
 public:
    AnsweringCommand(ConversationId conversation, UserId caller, Completion<T> done,
                     std::size_t bytes = 256)
        : Command(conversation, bytes), caller_(caller), done_(std::move(done)) {}

    void apply(WorkingSet& set) final { outcome_.emplace(decide(set)); }
    bool answer() final {
        const bool success = outcome_->has_value();
        done_(*std::move(outcome_));
        return success;
    }
    void fail(const Error& error) final { done_(error); }

 protected:
    /// The rules of the use case.
    virtual Result<T> decide(WorkingSet& set) = 0;
    [[nodiscard]] UserId caller() const noexcept { return caller_; }

 private:
    UserId caller_;
    Completion<T> done_;
    std::optional<Result<T>> outcome_;
};

}  // namespace whispr
