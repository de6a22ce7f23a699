// DraftService.
#include <array>

#include "grpc/methods.hpp"
#include "proto/codec/unsent.hpp"

namespace whisprd::rpc {

namespace {

namespace v1 = whispr::v1;

template <class Response>
void answer_draft(Call& call, const whispr::Draft& draft) {
    Response response;
    whispr::codec::encode(draft, *response.mutable_draft());
    call.answer(response);
}

void save_draft(CallPtr call, const v1::SaveDraftRequest& request) {
    auto command = whispr::codec::decode(request);
    if (!command) return call->refuse(command.error());
    auto& drafts = call->service().engine.drafts();
    const whispr::Caller caller = call->caller();
    drafts.save(caller, *std::move(command),
                answering<whispr::Draft>(std::move(call), answer_draft<v1::SaveDraftResponse>));
}

void show_draft(CallPtr call, const v1::ShowDraftRequest& request) {
    const auto id =
        read_id<whispr::ConversationId>(call, "conversation_id", request.conversation_id());
    if (!id) return;
    auto& drafts = call->service().engine.drafts();
    const whispr::Caller caller = call->caller();
    drafts.show(caller, *id,
                answering<whispr::Draft>(std::move(call), answer_draft<v1::ShowDraftResponse>));
}

void remove_draft(CallPtr call, const v1::RemoveDraftRequest& request) {
    const auto id = read_id<whispr::DraftId>(call, "draft_id", request.draft_id());
    if (!id) return;
    auto& drafts = call->service().engine.drafts();
    const whispr::Caller caller = call->caller();
    drafts.remove(caller, *id, answering<whispr::Done>(std::move(call), [](Call& asked, auto&) {
                      asked.answer(v1::RemoveDraftResponse());
                  }));
}

constexpr std::array methods{
    method<v1::SaveDraftRequest, save_draft>("SaveDraft"),
    method<v1::ShowDraftRequest, show_draft>("ShowDraft"),
    method<v1::RemoveDraftRequest, remove_draft>("RemoveDraft"),
};

}  // namespace

ServiceTable draft_service() {
    return {"whispr.v1.DraftService", methods};
}

}  // namespace whisprd::rpc
