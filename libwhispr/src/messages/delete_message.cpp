#include "messages/delete_message.hpp"

#include "messages/bury_message.hpp"
#include "messages/message_rules.hpp"
#include "messages/message_view.hpp"

namespace whispr {

namespace {

using Deleted = std::shared_ptr<const Message>;

class Delete final : public AnsweringCommand<Deleted> {
 public:
    Delete(UserId caller, const DeleteMessage& command, const LocatedMessage& located,
           const Limits& limits, Completion<Deleted> done)
        : AnsweringCommand(located.access.conversation.id, caller, std::move(done)),
          command_(command),
          key_{located.access.conversation.no, located.rows.messages.front().mseq},
          limits_(limits) {
        if (located.rows.replied.empty()) return;
        // It was looked for with the eyes of the system.
        const MessageRow& replied = located.rows.replied.front();
        if (!replied.shadowed || replied.sender == caller) reply_ = to_preview(replied);
    }

    void load(const WorkingSet&, LoadKeys& keys) const override {
        load_for_burial(key_, keys);
        if (!command_.for_everyone) keys.users.push_back(caller());
    }

 protected:
    Result<Deleted> decide(WorkingSet& set) override {
        const auto entered = membership(set, conversation(), caller());
        if (!entered) return message_not_found(command_.message);
        ConversationEntry& found = **entered;
        MessageEntry* const entry = found.message(key_.mseq);
        if (entry == nullptr) return message_not_found(command_.message);
        if (command_.for_everyone) {
            if (const auto refused = refuse_delete(entry->row, caller(), set.now, limits_)) {
                return *refused;
            }
            bury_message(set, found, *entry, caller(),
                         MessageDeleted{entry->row.id, entry->row.mseq});
        } else {
            set.hide_message({conversation(), caller(), key_.mseq});
            set.tell_user(found, caller(), set.next_useq(caller()),
                          MessageHidden{command_.message, key_.mseq});
        }
        return Deleted(std::make_shared<const Message>(to_message(entry->row, reply_)));
    }

 private:
    const DeleteMessage command_;
    const MessageKey key_;
    const Limits& limits_;
    std::optional<ReplyPreview> reply_;
};

}  // namespace

std::unique_ptr<Command> make_delete(UserId caller, const DeleteMessage& command,
                                     const LocatedMessage& located, const Limits& limits,
                                     Completion<Deleted> done) {
    return std::make_unique<Delete>(caller, command, located, limits, std::move(done));
}

}  // namespace whispr
