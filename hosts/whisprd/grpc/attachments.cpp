// AttachmentService.
#include <array>

#include "grpc/methods.hpp"
#include "proto/codec/messages.hpp"

namespace whisprd::rpc {

namespace {

namespace v1 = whispr::v1;

void add_attachment(CallPtr call, const v1::AddAttachmentRequest& request) {
    auto command = whispr::codec::decode(request);
    if (!command) return call->refuse(command.error());
    auto& attachments = call->service().engine.attachments();
    const whispr::Caller caller = call->caller();
    attachments.add(caller, *std::move(command),
                    answering<whispr::Attachment>(
                        std::move(call),
                        [](Call& asked, auto& attachment) {
                            v1::AddAttachmentResponse response;
                            whispr::codec::encode(attachment, *response.mutable_attachment());
                            asked.answer(response);
                        },
                        Strangers::find_nothing));
}

void remove_attachment(CallPtr call, const v1::RemoveAttachmentRequest& request) {
    const auto id = read_id<whispr::AttachmentId>(call, "attachment_id", request.attachment_id());
    if (!id) return;
    auto& attachments = call->service().engine.attachments();
    const whispr::Caller caller = call->caller();
    attachments.remove(caller, *id,
                       answering<whispr::Attachment>(std::move(call), [](Call& asked, auto&) {
                           asked.answer(v1::RemoveAttachmentResponse());
                       }));
}

void show_attachment(CallPtr call, const v1::ShowAttachmentRequest& request) {
    const auto id = read_id<whispr::AttachmentId>(call, "attachment_id", request.attachment_id());
    if (!id) return;
    auto& attachments = call->service().engine.attachments();
    const whispr::Caller caller = call->caller();
    attachments.show(
        caller, *id,
        answering<whispr::Attachment>(std::move(call), [](Call& asked, auto& attachment) {
            v1::ShowAttachmentResponse response;
            whispr::codec::encode(attachment, *response.mutable_attachment());
            asked.answer(response);
        }));
}

constexpr std::array methods{
    method<v1::AddAttachmentRequest, add_attachment>("AddAttachment"),
    method<v1::RemoveAttachmentRequest, remove_attachment>("RemoveAttachment"),
    method<v1::ShowAttachmentRequest, show_attachment>("ShowAttachment"),
};

}  // namespace

ServiceTable attachment_service() {
    return {"whispr.v1.AttachmentService", methods};
}

}  // namespace whisprd::rpc
