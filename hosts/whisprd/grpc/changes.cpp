#include "grpc/changes.hpp"

#include <array>

#include "grpc/methods.hpp"
#include "grpc/page_fit.hpp"
#include "proto/codec/conversations.hpp"
#include "proto/codec/events.hpp"
#include "whispr/limits.hpp"

namespace whisprd::rpc {

namespace {

namespace v1 = whispr::v1;

void list_changes(CallPtr call, const v1::ListChangesRequest& request) {
    const auto id =
        read_id<whispr::ConversationId>(call, "conversation_id", request.conversation_id());
    if (!id) return;
    auto& engine = call->service().engine;
    const whispr::Caller caller = call->caller();
    read_changes(engine, caller, *id, request.since(),
                 answering<Changes>(std::move(call), [](Call& asked, auto& changes) {
                     v1::ListChangesResponse response;
                     encode_changes(changes, answer_bytes, response);
                     asked.answer(response);
                 }));
}

void list_changed_conversations(CallPtr call, const v1::ListChangedConversationsRequest& request) {
    if (request.limit() < 0) return call->refuse(whispr::invalid_field("limit", "is negative"));
    const std::size_t limit =
        request.limit() > 0 ? static_cast<std::size_t>(request.limit()) : whispr::limits::page_rows;
    auto& sync = call->service().engine.sync();
    const whispr::Caller caller = call->caller();
    sync.changed_conversations(
        caller, request.cursor(), limit,
        answering<whispr::ChangedConversations>(std::move(call), [](Call& asked, auto& changed) {
            v1::ListChangedConversationsResponse response;
            whispr::codec::encode(changed, response);
            asked.answer(response);
        }));
}

constexpr std::array methods{
    method<v1::ListChangesRequest, list_changes>("ListChanges"),
    method<v1::ListChangedConversationsRequest, list_changed_conversations>(
        "ListChangedConversations"),
};

}  // namespace

void read_changes(whispr::Engine& engine, const whispr::Caller& caller,
                  whispr::ConversationId conversation, whispr::Eseq since,
                  whispr::Completion<Changes> done) {
    engine.messages().changes(
        caller, conversation, since,
        [&engine, caller, conversation, since,
         done = std::move(done)](whispr::Result<whispr::MessageChanges> found) mutable {
            if (!found) return done(found.error());
            if (found->eseq == since) return done(Changes{*std::move(found), std::nullopt});
            engine.conversations().show(caller, conversation,
                                        [found = *std::move(found), done = std::move(done)](
                                            whispr::Result<whispr::Conversation> shown) mutable {
                                            if (!shown) return done(shown.error());
                                            done(Changes{std::move(found), *std::move(shown)});
                                        });
        });
}

void encode_changes(const Changes& changes, std::size_t room, v1::ListChangesResponse& out) {
    whispr::codec::encode(changes.messages, out);
    if (out.ByteSizeLong() > room) {
        out.clear_messages();
        out.clear_hidden_ids();
        out.set_complete(false);
    }
    if (changes.conversation) {
        whispr::codec::encode(*changes.conversation, whispr::codec::Seen::by_member,
                              *out.mutable_conversation());
    }
}

ServiceTable sync_service() {
    return {"whispr.v1.SyncService", methods};
}

}  // namespace whisprd::rpc
