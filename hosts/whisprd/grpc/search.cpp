// SearchService.
#include <array>

#include "grpc/methods.hpp"
#include "grpc/page_fit.hpp"
#include "proto/codec/conversations.hpp"
#include "proto/codec/messages.hpp"

namespace whisprd::rpc {

namespace {

namespace v1 = whispr::v1;

void search_messages(CallPtr call, const v1::SearchMessagesRequest& request) {
    auto wanted = whispr::codec::decode(request);
    if (!wanted) return call->refuse(wanted.error());
    auto& search = call->service().engine.search();
    const whispr::Caller caller = call->caller();
    search.messages(caller, *std::move(wanted),
                    answering<whispr::MessagesFound>(std::move(call), [](Call& asked, auto& found) {
                        v1::SearchMessagesResponse response;
                        for (const auto& message : found.messages)
                            whispr::codec::encode(message, *response.add_messages());
                        response.set_has_more(found.has_more);
                        if (fit_page(response, *response.mutable_messages()))
                            response.set_has_more(true);
                        asked.answer(response);
                    }));
}

void search_conversations(CallPtr call, const v1::SearchConversationsRequest& request) {
    auto wanted = whispr::codec::decode(request);
    if (!wanted) return call->refuse(wanted.error());
    auto& search = call->service().engine.search();
    const whispr::Caller caller = call->caller();
    search.conversations(
        caller, *std::move(wanted),
        answering<std::vector<whispr::Conversation>>(std::move(call), [](Call& asked, auto& found) {
            v1::SearchConversationsResponse response;
            for (const auto& conversation : found) {
                whispr::codec::encode(conversation, whispr::codec::Seen::by_member,
                                      *response.add_conversations());
            }
            asked.answer(response);
        }));
}

constexpr std::array methods{
    method<v1::SearchMessagesRequest, search_messages>("SearchMessages"),
    method<v1::SearchConversationsRequest, search_conversations>("SearchConversations"),
};

}  // namespace

ServiceTable search_service() {
    return {"whispr.v1.SearchService", methods};
}

}  // namespace whisprd::rpc
