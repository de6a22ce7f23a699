#include "receipts/mark_unread.hpp"

#include <algorithm>

#include "engine/answering_command.hpp"
#include "messages/message_rules.hpp"

namespace whispr {

namespace {

class MarkUnreadCommand final : public AnsweringCommand<Done> {
 public:
    MarkUnreadCommand(UserId caller, ConversationId id, const MessageHead& message,
                      Completion<Done> done)
        : AnsweringCommand(id, caller, std::move(done)), message_(message) {}

    void load(const WorkingSet& set, LoadKeys& keys) const override {
        if (const auto* found = set.conversation(conversation())) {
            keys.own.push_back({found->row.no, caller()});
            keys.users.push_back(caller());
        }
    }

 protected:
    Result<Done> decide(WorkingSet& set) override {
        const auto entered = membership(set, conversation(), caller());
        if (!entered) return message_not_found(message_.id);
        OwnEntry* const own = (*entered)->own(caller());
        if (own == nullptr) {
            return Error{Errc::internal, "the reader's membership has no row of its own", {}};
        }
        if (message_.sender == caller()) {
            return Error{Errc::forbidden, "one's own messages are never unread", {}};
        }
        // What has not been read yet stays unread, although it comes before the message.
        PositionRow& position = own->position;
        const Mseq from = std::min(message_.mseq, position.read_mseq + 1);
        Mseq& mark = own->membership.unread_from;
        if (mark == from) return Done{};
        const Mseq read = mark > 0 ? std::min(position.read_mseq, mark - 1) : position.read_mseq;
        const bool shown = position.shown_read_mseq >= read;
        mark = from;
        own->membership.last_useq = set.next_useq(caller());
        own->membership_changed = true;
        const MarkedUnread marked{message_.id, caller()};
        set.tell_user(**entered, caller(), own->membership.last_useq, marked);
        // Who does not show what was read does not show either that it is unread again.
        if (!shown) return Done{};
        // It has been delivered all the same.
        if (position.delivered_mseq < position.shown_read_mseq) {
            position.delivered_mseq = position.shown_read_mseq;
            position.delivered_at = position.read_at;
        }
        position.shown_read_mseq = std::min(position.read_mseq, from - 1);
        own->position_changed = true;
        tell_author(set, **entered, marked);
        return Done{};
    }

 private:
    void tell_author(WorkingSet& set, const ConversationEntry& found,
                     const MarkedUnread& marked) const {
        if (found.active_member(message_.sender) == nullptr) return;
        set.tell_user(found, message_.sender, 0, marked);
        set.events.back().actor = caller();
    }

    const MessageHead message_;
};

}  // namespace

std::unique_ptr<Command> make_mark_unread(UserId caller, ConversationId id,
                                          const MessageHead& message, Completion<Done> done) {
    return std::make_unique<MarkUnreadCommand>(caller, id, message, std::move(done));
}

}  // namespace whispr
