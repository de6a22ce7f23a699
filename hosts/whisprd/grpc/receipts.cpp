// ReceiptService.
#include <array>

#include "grpc/methods.hpp"
#include "proto/codec/messages.hpp"

namespace whisprd::rpc {

namespace {

namespace v1 = whispr::v1;

void mark_read(CallPtr call, const v1::MarkReadRequest& request) {
    const auto command = whispr::codec::decode(request);
    if (!command) return call->refuse(command.error());
    auto& receipts = call->service().engine.receipts();
    const whispr::Caller caller = call->caller();
    receipts.mark_read(caller, *command,
                       answering<whispr::ReadMark>(std::move(call), [](Call& asked, auto& mark) {
                           v1::MarkReadResponse response;
                           whispr::codec::encode(mark, response);
                           asked.answer(response);
                       }));
}

void mark_delivered(CallPtr call, const v1::MarkDeliveredRequest& request) {
    const auto id =
        read_id<whispr::ConversationId>(call, "conversation_id", request.conversation_id());
    if (!id) return;
    if (request.mseq() <= 0)
        return call->refuse(whispr::invalid_field("mseq", "must be greater than 0"));
    auto& receipts = call->service().engine.receipts();
    const whispr::Caller caller = call->caller();
    receipts.mark_delivered(caller, *id, whispr::Mseq{request.mseq()},
                            answering<whispr::Done>(std::move(call), [](Call& asked, auto&) {
                                asked.answer(v1::MarkDeliveredResponse());
                            }));
}

// The conversation is not named; it is the message's.
void mark_unread(CallPtr call, const v1::MarkUnreadRequest& request) {
    const auto id = read_id<whispr::MessageId>(call, "message_id", request.message_id());
    if (!id) return;
    auto& receipts = call->service().engine.receipts();
    const whispr::Caller caller = call->caller();
    receipts.mark_unread(
        caller, {*id, std::nullopt},
        answering<whispr::Done>(
            std::move(call), [](Call& asked, auto&) { asked.answer(v1::MarkUnreadResponse()); },
            Strangers::find_nothing));
}

void list_receipts(CallPtr call, const v1::ListReceiptsRequest& request) {
    const auto id = read_id<whispr::MessageId>(call, "message_id", request.message_id());
    if (!id) return;
    auto& receipts = call->service().engine.receipts();
    const whispr::Caller caller = call->caller();
    receipts.of_message(caller, *id,
                        answering<std::vector<whispr::MemberReceipt>>(
                            std::move(call),
                            [](Call& asked, auto& found) {
                                v1::ListReceiptsResponse response;
                                for (const auto& receipt : found)
                                    whispr::codec::encode(receipt, *response.add_receipts());
                                asked.answer(response);
                            },
                            Strangers::find_nothing));
}

constexpr std::array methods{
    method<v1::MarkReadRequest, mark_read>("MarkRead"),
    method<v1::MarkDeliveredRequest, mark_delivered>("MarkDelivered"),
    method<v1::MarkUnreadRequest, mark_unread>("MarkUnread"),
    method<v1::ListReceiptsRequest, list_receipts>("ListReceipts"),
};

}  // namespace

ServiceTable receipt_service() {
    return {"whispr.v1.ReceiptService", methods};
}

}  // namespace whisprd::rpc
