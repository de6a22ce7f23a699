// One command on its way through a lane. A lane asks it what to lock, what to load, then to apply
// its rules to the working set, and at the end to answer. A command that the database refused
// together with others is applied a second time, alone; so `apply` may run twice, and everything
// drawn at random was drawn before.
#pragma once

#include <cstddef>

#include "whispr/error.hpp"
#include "whispr/ids.hpp"
#include "whispr/ports/storage.hpp"

namespace whispr {

class WorkingSet;

class Command {
 public:
    /// `conversation` orders commands: those of one conversation run in the order they came.
    explicit Command(ConversationId conversation, std::size_t bytes = 256)
        : conversation_(conversation), bytes_(bytes) {}
    virtual ~Command() = default;
    Command(const Command&) = delete;
    Command& operator=(const Command&) = delete;

    [[nodiscard]] ConversationId conversation() const noexcept { return conversation_; }
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

    /// Names what must be locked. By default its conversation.
    virtual void lock(LockKeys& keys) const { keys.conversations.push_back(conversation_); }
    /// Names what must be read; the locked conversations are there. Members are always loaded.
    virtual void load(const WorkingSet&, LoadKeys&) const {}
    /// Decides and, if it accepts, changes the working set; a refusal changes nothing. Remembers
    /// the outcome.
    virtual void apply(WorkingSet& set) = 0;
    /// Tells the caller the outcome that `apply` remembered. True: it was a success.
    virtual bool answer() = 0;
    /// Tells the caller that it failed for reasons that are not its own.
    virtual void fail(const Error& error) = 0;

    /// How often it was put back because another lane held what it needs.
    [[nodiscard]] int postponed() const noexcept { return postponed_; }
    void postpone() noexcept { ++postponed_; }

 private:
    ConversationId conversation_;
    std::size_t bytes_;
    int postponed_ = 0;
};

}  // namespace whispr
