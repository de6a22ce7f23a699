// ConversationService.
#include <array>

#include "grpc/methods.hpp"
#include "grpc/page_fit.hpp"
#include "proto/codec/conversations.hpp"

namespace whisprd::rpc {

namespace {

namespace v1 = whispr::v1;
using whispr::Conversation;
using whispr::codec::Seen;

template <class Response>
void answer_conversation(Call& call, const Conversation& conversation) {
    Response response;
    whispr::codec::encode(conversation, Seen::by_member, *response.mutable_conversation());
    call.answer(response);
}

template <class Response>
void answer_member(Call& call, const whispr::Member& member) {
    Response response;
    whispr::codec::encode(member, *response.mutable_member());
    call.answer(response);
}

template <class Response>
void answer_settings(Call& call, const whispr::MemberSettings& settings) {
    Response response;
    whispr::codec::encode(settings, *response.mutable_settings());
    call.answer(response);
}

void create_direct(CallPtr call, const v1::CreateDirectRequest& request) {
    auto command = whispr::codec::decode(request);
    if (!command) return call->refuse(command.error());
    Service& service = call->service();
    const whispr::Caller caller = call->caller();
    auto& conversations = service.engine.conversations();
    const whispr::UserId other = command->other;
    if (service.users == nullptr || other == caller.user) {
        return conversations.create_direct(
            caller, *std::move(command),
            answering<Conversation>(std::move(call),
                                    answer_conversation<v1::CreateDirectResponse>));
    }
    // Waits until blocks are known, or cannot be found out. The client's thread only hands over.
    const auto shared = std::make_shared<CallPtr>(std::move(call));
    Worker& worker = (*shared)->worker();
    service.users->settle(
        caller.user, other,
        [&conversations, &worker, caller, shared, command = *std::move(command)] {
            worker.post([&conversations, caller, shared, command] {
                conversations.create_direct(
                    caller, command,
                    answering<Conversation>(std::move(*shared),
                                            answer_conversation<v1::CreateDirectResponse>));
            });
        });
}

void create_group(CallPtr call, const v1::CreateGroupRequest& request) {
    auto command = whispr::codec::decode(request);
    if (!command) return call->refuse(command.error());
    auto& conversations = call->service().engine.conversations();
    const whispr::Caller caller = call->caller();
    conversations.create_group(
        caller, *std::move(command),
        answering<Conversation>(std::move(call), answer_conversation<v1::CreateGroupResponse>));
}

void update_conversation(CallPtr call, const v1::UpdateConversationRequest& request) {
    auto command = whispr::codec::decode(request);
    if (!command) return call->refuse(command.error());
    auto& conversations = call->service().engine.conversations();
    const whispr::Caller caller = call->caller();
    conversations.update(caller, *std::move(command),
                         answering<Conversation>(
                             std::move(call), answer_conversation<v1::UpdateConversationResponse>));
}

void remove_conversation(CallPtr call, const v1::RemoveConversationRequest& request) {
    const auto id =
        read_id<whispr::ConversationId>(call, "conversation_id", request.conversation_id());
    if (!id) return;
    auto& conversations = call->service().engine.conversations();
    const whispr::Caller caller = call->caller();
    conversations.remove(
        caller, *id, request.for_everyone(),
        answering<whispr::Removal>(std::move(call), [](Call& asked, auto& removal) {
            v1::RemoveConversationResponse response;
            response.set_deactivated(removal.deactivated);
            asked.answer(response);
        }));
}

void show_conversation(CallPtr call, const v1::ShowConversationRequest& request) {
    const auto id =
        read_id<whispr::ConversationId>(call, "conversation_id", request.conversation_id());
    if (!id) return;
    auto& conversations = call->service().engine.conversations();
    const whispr::Caller caller = call->caller();
    conversations.show(caller, *id,
                       answering<Conversation>(std::move(call),
                                               answer_conversation<v1::ShowConversationResponse>));
}

void list_conversations(CallPtr call, const v1::ListConversationsRequest& request) {
    const auto list = whispr::codec::decode(request);
    if (!list) return call->refuse(list.error());
    auto& conversations = call->service().engine.conversations();
    const whispr::Caller caller = call->caller();
    conversations.list(
        caller, *list,
        answering<whispr::ConversationList>(std::move(call), [](Call& asked, auto& found) {
            v1::ListConversationsResponse response;
            whispr::codec::encode(found, response);
            if (fit_page(response, *response.mutable_conversations())) response.set_has_more(true);
            asked.answer(response);
        }));
}

void add_member(CallPtr call, const v1::AddMemberRequest& request) {
    const auto id =
        read_id<whispr::ConversationId>(call, "conversation_id", request.conversation_id());
    if (!id) return;
    const auto user = read_id<whispr::UserId>(call, "user_id", request.user_id());
    if (!user) return;
    auto& conversations = call->service().engine.conversations();
    const whispr::Caller caller = call->caller();
    conversations.add_member(
        caller, *id, *user,
        answering<whispr::Member>(std::move(call), answer_member<v1::AddMemberResponse>));
}

void remove_member(CallPtr call, const v1::RemoveMemberRequest& request) {
    const auto id =
        read_id<whispr::ConversationId>(call, "conversation_id", request.conversation_id());
    if (!id) return;
    const auto user = read_id<whispr::UserId>(call, "user_id", request.user_id());
    if (!user) return;
    auto& conversations = call->service().engine.conversations();
    const whispr::Caller caller = call->caller();
    conversations.remove_member(caller, *id, *user,
                                answering<whispr::Removal>(std::move(call), [](Call& asked, auto&) {
                                    asked.answer(v1::RemoveMemberResponse());
                                }));
}

void set_role(CallPtr call, const v1::SetRoleRequest& request) {
    const auto id =
        read_id<whispr::ConversationId>(call, "conversation_id", request.conversation_id());
    if (!id) return;
    const auto user = read_id<whispr::UserId>(call, "user_id", request.user_id());
    if (!user) return;
    const auto role = whispr::codec::decode(request.role());
    if (!role) return call->refuse(whispr::invalid_field("role", "is invalid"));
    auto& conversations = call->service().engine.conversations();
    const whispr::Caller caller = call->caller();
    conversations.set_role(
        caller, *id, *user, *role,
        answering<whispr::Member>(std::move(call), answer_member<v1::SetRoleResponse>));
}

void update_settings(CallPtr call, const v1::UpdateSettingsRequest& request) {
    auto command = whispr::codec::decode(request);
    if (!command) return call->refuse(command.error());
    auto& conversations = call->service().engine.conversations();
    const whispr::Caller caller = call->caller();
    conversations.update_settings(
        caller, *std::move(command),
        answering<whispr::MemberSettings>(std::move(call),
                                          answer_settings<v1::UpdateSettingsResponse>));
}

void set_pinned(CallPtr call, const v1::SetPinnedRequest& request) {
    const auto id =
        read_id<whispr::ConversationId>(call, "conversation_id", request.conversation_id());
    if (!id) return;
    auto& conversations = call->service().engine.conversations();
    const whispr::Caller caller = call->caller();
    conversations.set_pinned(
        caller, *id, request.pinned(),
        answering<whispr::MemberSettings>(std::move(call), answer_settings<v1::SetPinnedResponse>));
}

void set_archived(CallPtr call, const v1::SetArchivedRequest& request) {
    const auto id =
        read_id<whispr::ConversationId>(call, "conversation_id", request.conversation_id());
    if (!id) return;
    auto& conversations = call->service().engine.conversations();
    const whispr::Caller caller = call->caller();
    conversations.set_archived(caller, *id, request.archived(),
                               answering<whispr::MemberSettings>(
                                   std::move(call), answer_settings<v1::SetArchivedResponse>));
}

constexpr std::array methods{
    method<v1::CreateDirectRequest, create_direct>("CreateDirect"),
    method<v1::CreateGroupRequest, create_group>("CreateGroup"),
    method<v1::UpdateConversationRequest, update_conversation>("UpdateConversation"),
    method<v1::RemoveConversationRequest, remove_conversation>("RemoveConversation"),
    method<v1::ShowConversationRequest, show_conversation>("ShowConversation"),
    method<v1::ListConversationsRequest, list_conversations>("ListConversations"),
    method<v1::AddMemberRequest, add_member>("AddMember"),
    method<v1::RemoveMemberRequest, remove_member>("RemoveMember"),
    method<v1::SetRoleRequest, set_role>("SetRole"),
    method<v1::UpdateSettingsRequest, update_settings>("UpdateSettings"),
    method<v1::SetPinnedRequest, set_pinned>("SetPinned"),
    method<v1::SetArchivedRequest, set_archived>("SetArchived"),
};

}  // namespace

ServiceTable conversation_service() {
    return {"whispr.v1.ConversationService", methods};
}

}  // namespace whisprd::rpc
