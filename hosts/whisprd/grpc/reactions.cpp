// ReactionService.
#include <array>

#include "grpc/methods.hpp"
#include "proto/codec/messages.hpp"

namespace whisprd::rpc {

namespace {

namespace v1 = whispr::v1;

void add_reaction(CallPtr call, const v1::AddReactionRequest& request) {
    const auto id = read_id<whispr::MessageId>(call, "message_id", request.message_id());
    if (!id) return;
    auto& reactions = call->service().engine.reactions();
    const whispr::Caller caller = call->caller();
    reactions.add(caller, {*id, std::nullopt, request.reaction()},
                  answering<whispr::Reaction>(
                      std::move(call),
                      [](Call& asked, auto& reaction) {
                          v1::AddReactionResponse response;
                          whispr::codec::encode(reaction, *response.mutable_reaction());
                          asked.answer(response);
                      },
                      Strangers::find_nothing));
}

void remove_reaction(CallPtr call, const v1::RemoveReactionRequest& request) {
    const auto id = read_id<whispr::MessageId>(call, "message_id", request.message_id());
    if (!id) return;
    auto& reactions = call->service().engine.reactions();
    const whispr::Caller caller = call->caller();
    reactions.remove(
        caller, {*id, std::nullopt, request.reaction()},
        answering<whispr::Done>(
            std::move(call), [](Call& asked, auto&) { asked.answer(v1::RemoveReactionResponse()); },
            Strangers::find_nothing));
}

void list_reactions(CallPtr call, const v1::ListReactionsRequest& request) {
    const auto id = read_id<whispr::MessageId>(call, "message_id", request.message_id());
    if (!id) return;
    auto& reactions = call->service().engine.reactions();
    const whispr::Caller caller = call->caller();
    reactions.list(caller, *id,
                   answering<std::vector<whispr::Reaction>>(
                       std::move(call),
                       [](Call& asked, auto& found) {
                           v1::ListReactionsResponse response;
                           for (const auto& reaction : found)
                               whispr::codec::encode(reaction, *response.add_reactions());
                           asked.answer(response);
                       },
                       Strangers::find_nothing));
}

constexpr std::array methods{
    method<v1::AddReactionRequest, add_reaction>("AddReaction"),
    method<v1::RemoveReactionRequest, remove_reaction>("RemoveReaction"),
    method<v1::ListReactionsRequest, list_reactions>("ListReactions"),
};

}  // namespace

ServiceTable reaction_service() {
    return {"whispr.v1.ReactionService", methods};
}

}  // namespace whisprd::rpc
