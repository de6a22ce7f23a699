// A command about one message that was located before it came to the lane: the message is loaded
// there and found again, as the earlier commands of the batch have left it.
#pragma once

#include <utility>

#include "engine/answering_command.hpp"
#include "messages/locate_message.hpp"
#include "messages/message_rules.hpp"

namespace whispr {

template <class T>
class MessageCommand : public AnsweringCommand<T> {
 public:
    MessageCommand(UserId caller, const LocatedMessage& located, Completion<T> done,
                   std::size_t bytes = 256)
        : AnsweringCommand<T>(located.access.conversation.id, caller, std::move(done), bytes),
          id_(located.rows.messages.front().id),
          key_{located.access.conversation.no, located.rows.messages.front().mseq} {}

    void load(const WorkingSet&, LoadKeys& keys) const override { keys.messages.push_back(key_); }

 protected:
    Result<T> decide(WorkingSet& set) final {
        const auto entered = membership(set, this->conversation(), this->caller());
        MessageEntry* const entry = entered ? (*entered)->message(key_.mseq) : nullptr;
        if (entry == nullptr) return not_there();
        return change(set, **entered, *entry);
    }
    virtual Result<T> change(WorkingSet& set, ConversationEntry& found, MessageEntry& entry) = 0;
    /// What the caller is told who is no member any more.
    [[nodiscard]] virtual Error not_there() const { return message_not_found(id_); }

    [[nodiscard]] const MessageKey& key() const noexcept { return key_; }

 private:
    const MessageId id_;
    const MessageKey key_;
};

}  // namespace whispr
