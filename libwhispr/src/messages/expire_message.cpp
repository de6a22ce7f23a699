#include "messages/expire_message.hpp"

#include "engine/answering_command.hpp"
#include "messages/bury_message.hpp"

namespace whispr {

namespace {

class Expire final : public AnsweringCommand<bool> {
 public:
    Expire(const ExpiredMessage& message, Completion<bool> done)
        : AnsweringCommand(message.conversation, system_user, std::move(done)),
          key_{message.no, message.mseq} {}

    void load(const WorkingSet& set, LoadKeys& keys) const override {
        if (set.conversation(conversation()) != nullptr) load_for_burial(key_, keys);
    }

 protected:
    Result<bool> decide(WorkingSet& set) override {
        ConversationEntry* const found = set.conversation(conversation());
        MessageEntry* const entry = found == nullptr ? nullptr : found->message(key_.mseq);
        if (entry == nullptr) return false;
        const MessageRow& row = entry->row;
        if (row.deleted || !row.expires_at || *row.expires_at > set.now) return false;
        bury_message(set, *found, *entry, caller(), MessageExpired{row.id, row.mseq});
        return true;
    }

 private:
    const MessageKey key_;
};

}  // namespace

std::unique_ptr<Command> make_expire(const ExpiredMessage& message, Completion<bool> done) {
    return std::make_unique<Expire>(message, std::move(done));
}

}  // namespace whispr
