// How far a message has come with each member.
#include <algorithm>

#include "engine/core.hpp"
#include "messages/locate_message.hpp"
#include "whispr/receipts.hpp"

namespace whispr {

namespace {

MemberReceipt receipt_of(const PositionRow& position, Mseq mseq) {
    MemberReceipt receipt{position.user, std::nullopt, std::nullopt};
    if (position.shown_read_mseq >= mseq) receipt.read_at = position.read_at;
    if (position.delivered_mseq >= mseq) receipt.delivered_at = position.delivered_at;
    // What has been read has arrived, although no device may have confirmed it.
    if (!receipt.delivered_at) receipt.delivered_at = receipt.read_at;
    return receipt;
}

std::vector<MemberReceipt> receipts_of(const PageRows& rows) {
    const MessageRow& message = rows.messages.front();
    std::vector<MemberReceipt> receipts;
    for (const PositionRow& position : rows.positions) {
        if (position.user == message.sender) continue;
        receipts.push_back(receipt_of(position, message.mseq));
    }
    std::sort(receipts.begin(), receipts.end(),
              [](const auto& a, const auto& b) { return a.user < b.user; });
    return receipts;
}

}  // namespace

void Receipts::of_message(const Caller& caller, MessageId message,
                          Completion<std::vector<MemberReceipt>> done) {
    core_.read(std::move(done),
               [&core = core_, user = caller.user,
                message](ReadStorage& storage) -> Result<std::vector<MemberReceipt>> {
                   const auto located =
                       locate_message(storage, user, message, std::nullopt, core.now());
                   if (!located) return located.error();
                   return receipts_of(located->rows);
               });
}

}  // namespace whispr
