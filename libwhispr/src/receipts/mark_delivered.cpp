#include <algorithm>

#include "engine/command.hpp"
#include "engine/working_set.hpp"
#include "messages/message_rules.hpp"
#include "receipts/receipt_messages.hpp"
#include "receipts/receipt_windows.hpp"
#include "whispr/limits.hpp"

namespace whispr {

namespace {

class MarkDeliveredCommand final : public Command {
 public:
    explicit MarkDeliveredCommand(ReceiptRequest request)
        : Command(request.conversation), request_(std::move(request)) {}

    void load(const WorkingSet& set, LoadKeys& keys) const override {
        if (const auto* found = set.conversation(conversation())) {
            keys.own.push_back({found->row.no, request_.user});
            keys.newly_delivered.push_back(
                {found->row.no, request_.user, request_.upto.value_or(found->row.mseq)});
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
        if (own == nullptr || found.row.member_count > limits::receipts_members) {
            return ReadMark{conversation(), 0, 0, set.now};
        }
        const Mseq old = own->position.delivered_mseq;
        const Mseq target = std::min(request_.upto.value_or(found.row.mseq), found.row.mseq);
        if (target <= old) return ReadMark{conversation(), own->position.read_mseq, 0, set.now};
        own->position.delivered_mseq = target;
        own->position.delivered_at = set.now;
        own->position_changed = true;

        DeliveredMoved moved;
        moved.user = request_.user;
        moved.delivered_mseq = target;
        moved.at = set.now;
        // What others know to be read needs no word about its delivery.
        const Mseq from = std::max(old, own->position.shown_read_mseq);
        moved.messages =
            passed_messages(found, own->newly_delivered, {request_.user, from, target});
        if (!moved.messages.empty()) set.tell(found, 0, request_.user, std::move(moved));
        return ReadMark{conversation(), own->position.read_mseq, 0, set.now};
    }

    ReceiptRequest request_;
    std::optional<Result<ReadMark>> outcome_;
};

}  // namespace

std::unique_ptr<Command> make_mark_delivered(ReceiptRequest request) {
    return std::make_unique<MarkDeliveredCommand>(std::move(request));
}

}  // namespace whispr
