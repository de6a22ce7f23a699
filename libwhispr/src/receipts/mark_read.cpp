#include <algorithm>
#include <utility>

#include "engine/command.hpp"
#include "engine/working_set.hpp"
#include "messages/message_rules.hpp"
#include "receipts/receipt_messages.hpp"
#include "receipts/receipt_windows.hpp"

namespace whispr {

namespace {

class MarkReadCommand final : public Command {
 public:
    explicit MarkReadCommand(ReceiptRequest request)
        : Command(request.conversation), request_(std::move(request)) {}

    void load(const WorkingSet& set, LoadKeys& keys) const override {
        if (const auto* found = set.conversation(conversation())) {
            const std::int64_t no = found->row.no;
            keys.own.push_back({no, request_.user});
            keys.users.push_back(request_.user);
            keys.newly_read.push_back({no, request_.user, request_.upto.value_or(found->row.mseq)});
        }
    }

    void apply(WorkingSet& set) override { outcome_.emplace(decide(set)); }
    bool answer() override {
        for (auto& done : request_.done) {
            done(*outcome_);
        }
        return outcome_->has_value();
    }
    void fail(const Error& error) override {
        for (auto& done : request_.done) {
            done(error);
        }
    }

 private:
    Result<ReadMark> decide(WorkingSet& set) {
        const auto entered = membership(set, conversation(), request_.user);
        if (!entered) return entered.error();
        ConversationEntry& found = **entered;
        OwnEntry* const own = found.own(request_.user);
        if (own == nullptr) {
            return Error{Errc::internal, "the reader's membership has no row of its own", {}};
        }
        const Mseq old = own->position.read_mseq;
        const Mseq target =
            std::max(old, std::min(request_.upto.value_or(found.row.mseq), found.row.mseq));
        const bool marked_unread = own->membership.unread_from > 0;
        if (target == old && !marked_unread) {
            // Nothing changes, but the others may show who has seen the message that was named now.
            if (request_.message) return told(set, found, *own, {request_.user, old, old});
            return ReadMark{conversation(), old, 0, own->position.read_at.value_or(set.now)};
        }
        // What was marked unread and is read again is news for its author, though the position
        // has been there.
        PositionMove move{request_.user, old, target};
        if (request_.shown) move.from = std::exchange(own->position.shown_read_mseq, target);
        own->position.read_mseq = target;
        own->position.read_at = set.now;
        own->position_changed = true;
        if (marked_unread) {
            own->membership.unread_from = 0;
            own->membership.last_useq = set.next_useq(request_.user);
            own->membership_changed = true;
            // The reader's other devices hear of every number, so that they see when one is
            // missing.
            set.tell_user(found, request_.user, own->membership.last_useq,
                          SettingsChanged{own->membership.settings, false});
        }
        return told(set, found, *own, move);
    }

    ReadMark told(WorkingSet& set, const ConversationEntry& found, const OwnEntry& own,
                  const PositionMove& move) const {
        ReadMoved moved;
        moved.reader = request_.user;
        moved.read_mseq = own.position.read_mseq;
        moved.message = request_.message;
        moved.at = set.now;
        moved.messages = passed_messages(found, own.newly_read, move);
        moved.marked = static_cast<std::uint32_t>(moved.messages.size());
        const ReadMark mark{conversation(), moved.read_mseq, moved.marked, set.now};
        if (request_.shown) {
            set.tell(found, 0, request_.user, std::move(moved));
        } else {
            // The reader's other devices are told all the same: their badges go.
            set.tell_user(found, request_.user, 0, std::move(moved));
        }
        return mark;
    }

    ReceiptRequest request_;
    std::optional<Result<ReadMark>> outcome_;
};

}  // namespace

std::unique_ptr<Command> make_mark_read(ReceiptRequest request) {
    return std::make_unique<MarkReadCommand>(std::move(request));
}

}  // namespace whispr
