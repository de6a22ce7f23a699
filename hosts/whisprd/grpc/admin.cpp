// AdminService: what sibling services ask, each time for a user, and as that user.
#include <array>

#include "edge/json/document.hpp"
#include "grpc/group_sync.hpp"
#include "grpc/methods.hpp"
#include "neighbours.hpp"
#include "proto/codec/conversations.hpp"
#include "proto/codec/messages.hpp"
#include "sibling_orders.hpp"
#include "whispr/v1/admin.pb.h"

namespace whisprd::rpc {

namespace {

namespace v1 = whispr::v1;
using whispr::Conversation;

void answer_created(Call& call, const Conversation& conversation) {
    v1::CreateConversationResponse response;
    whispr::codec::encode(conversation, whispr::codec::Seen::by_member,
                          *response.mutable_conversation());
    call.answer(response);
}

void create_direct(CallPtr call, const whispr::Caller& user,
                   const v1::CreateConversationRequest& request) {
    if (request.user_ids_size() != 1) {
        return call->refuse(whispr::invalid_field(
            "user_ids", "a direct conversation has exactly one other member"));
    }
    v1::CreateDirectRequest direct;
    direct.set_other_user_id(request.user_ids(0));
    direct.set_metadata(request.metadata());
    auto command = whispr::codec::decode(direct);
    if (!command) return call->refuse(command.error());
    auto& conversations = call->service().engine.conversations();
    conversations.create_direct(user, *std::move(command),
                                answering<Conversation>(std::move(call), answer_created));
}

void create_group(CallPtr call, const whispr::Caller& user,
                  const v1::CreateConversationRequest& request) {
    v1::CreateGroupRequest group;
    group.set_name(request.name());
    *group.mutable_user_ids() = request.user_ids();
    group.set_metadata(request.metadata());
    if (request.has_external_group_id()) group.set_external_group_id(request.external_group_id());
    if (request.has_op_id()) group.set_op_id(request.op_id());
    auto command = whispr::codec::decode(group);
    if (!command) return call->refuse(command.error());
    auto& conversations = call->service().engine.conversations();
    conversations.create_group(user, *std::move(command),
                               answering<Conversation>(std::move(call), answer_created));
}

void create_conversation(CallPtr call, const v1::CreateConversationRequest& request) {
    const auto user = read_id<whispr::UserId>(call, "user_id", request.user_id());
    if (!user) return;
    const whispr::Caller caller{*user, {}};
    if (request.type() == v1::CONVERSATION_TYPE_DIRECT)
        return create_direct(std::move(call), caller, request);
    if (request.type() == v1::CONVERSATION_TYPE_GROUP)
        return create_group(std::move(call), caller, request);
    call->refuse(whispr::invalid_field("type", "is neither direct nor group"));
}

void sync_group_members(CallPtr call, const v1::SyncGroupMembersRequest& request) {
    const auto user = read_id<whispr::UserId>(call, "user_id", request.user_id());
    if (!user) return;
    auto wanted = read_group(request);
    if (!wanted) return call->refuse(wanted.error());
    auto& engine = call->service().engine;
    sync_group(engine, {*user, {}}, *std::move(wanted),
               answering<GroupSynced>(std::move(call), [](Call& asked, auto& synced) {
                   v1::SyncGroupMembersResponse response;
                   for (const auto& one : synced.added)
                       response.add_added_ids(one.to_string());
                   for (const auto& one : synced.removed)
                       response.add_removed_ids(one.to_string());
                   for (const auto& one : synced.changed)
                       response.add_changed_ids(one.to_string());
                   asked.answer(response);
               }));
}

void answer_metadata(Call& call, const whispr::Message& message) {
    v1::GetMessageMetadataResponse response;
    response.set_message_id(message.id.to_string());
    response.set_conversation_id(message.conversation.to_string());
    response.set_sender_id(message.sender.to_string());
    response.set_type(whispr::codec::encode(message.type));
    response.set_metadata(message.metadata);
    response.set_mseq(message.mseq);
    whispr::codec::encode(message.sent_at, *response.mutable_sent_at());
    response.set_deleted(message.deleted);
    response.set_status(whispr::codec::encode(message.status));
    for (const auto& attachment : message.attachments)
        whispr::codec::encode(attachment, *response.add_attachments());
    call.answer(response);
}

void get_message_metadata(CallPtr call, const v1::GetMessageMetadataRequest& request) {
    const auto user = read_id<whispr::UserId>(call, "user_id", request.user_id());
    if (!user) return;
    const auto id = read_id<whispr::MessageId>(call, "message_id", request.message_id());
    if (!id) return;
    auto& messages = call->service().engine.messages();
    messages.show(
        {*user, {}}, *id,
        answering<whispr::Message>(std::move(call), answer_metadata, Strangers::find_nothing));
}

bool is_object(std::string_view payload) {
    edge::json::Document document;
    return document.read(payload) && document.root().kind == edge::json::Kind::object;
}

void publish_event(CallPtr call, const v1::PublishEventRequest& request) {
    const auto user = read_id<whispr::UserId>(call, "user_id", request.user_id());
    if (!user) return;
    if (!is_sibling_event(request.event()))
        return call->refuse(whispr::invalid_field("event", "is invalid"));
    if (is_own_event(request.event()))
        return call->refuse(whispr::invalid_field("event", "is reserved"));
    if (request.payload().size() > sibling_payload_bytes)
        return call->refuse(whispr::invalid_field("payload", "is too large"));
    if (!request.payload().empty() && !is_object(request.payload()))
        return call->refuse(whispr::invalid_field("payload", "is not a JSON object"));
    call->service().neighbours.tell_user(
        *user, request.event(),
        request.payload().empty() ? std::string_view("{}") : std::string_view(request.payload()));
    call->answer(v1::PublishEventResponse());
}

void disconnect_user(CallPtr call, const v1::DisconnectUserRequest& request) {
    const auto user = read_id<whispr::UserId>(call, "user_id", request.user_id());
    if (!user) return;
    if (request.reason().size() > sign_out_reason_bytes)
        return call->refuse(whispr::invalid_field("reason", "is too long"));
    if (request.has_device_id() && request.device_id().empty())
        return call->refuse(whispr::invalid_field("device_id", "can't be blank"));
    socket::SignOut order{.user = *user,
                          .reason = request.reason().empty() ? "signed out" : request.reason()};
    if (request.has_device_id()) order.only_of = request.device_id();
    call->service().log.info("user signed out",
                             {{"user", user->to_string()}, {"reason", order.reason}});
    call->service().neighbours.sign_out(order);
    call->answer(v1::DisconnectUserResponse());
}

constexpr std::array methods{
    method<v1::CreateConversationRequest, create_conversation>("CreateConversation"),
    method<v1::SyncGroupMembersRequest, sync_group_members>("SyncGroupMembers"),
    method<v1::GetMessageMetadataRequest, get_message_metadata>("GetMessageMetadata"),
    method<v1::PublishEventRequest, publish_event>("PublishEvent"),
    method<v1::DisconnectUserRequest, disconnect_user>("DisconnectUser"),
};

}  // namespace

ServiceTable admin_service() {
    return {"whispr.v1.AdminService", methods, Audience::siblings};
}

}  // namespace whisprd::rpc
