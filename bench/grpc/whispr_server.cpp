// whisprd's gRPC server with an echo instead of a use case: token, limits, metrics, reading and
// encoding are those of every call.
#include <array>
#include <cstdio>

#include "edge/authenticator.hpp"
#include "edge/metrics.hpp"
#include "grpc/server.hpp"
#include "grpc/servers.hpp"
#include "health.hpp"
#include "identity.hpp"
#include "meters.hpp"
#include "moderators.hpp"
#include "neighbours.hpp"
#include "proto/codec/messages.hpp"
#include "rate_limits.hpp"
#include "user_sockets.hpp"
#include "whispr/adapters/local.hpp"
#include "whispr/adapters/memory.hpp"
#include "whispr/v1/conversations.pb.h"

namespace bench_grpc {

namespace {

namespace v1 = whispr::v1;
using whisprd::rpc::CallPtr;

whisprd::rpc::Streams* fed = nullptr;

void echo(CallPtr call, const v1::SendMessageRequest& request) {
    const auto command = whispr::codec::decode(request);
    if (!command) return call->refuse(command.error());
    v1::SendMessageResponse response;
    auto& message = *response.mutable_message();
    message.set_conversation_id(command->conversation.to_string());
    message.set_content(command->content);
    call->answer(response);
}

// Tells the caller's streams.
void feed(CallPtr call, const v1::ListConversationsRequest& request) {
    const std::string payload(200, 'x');
    for (std::int32_t i = 0; i < request.limit(); ++i)
        fed->tell_user(call->caller().user, "bench", payload);
    call->answer(v1::ListConversationsResponse());
}

constexpr std::array methods{whisprd::rpc::method<v1::SendMessageRequest, echo>("Echo"),
                             whisprd::rpc::method<v1::ListConversationsRequest, feed>("Feed")};

}  // namespace

int serve_whispr(const std::string& folder) {
    edge::Config config;
    config.data_dir = folder;
    config.dev = true;
    config.grpc = edge::ListenAddress{"127.0.0.1", 0};
    config.max_outbox_size = std::size_t{1} << 28;
    config.requests_per_minute = 1'000'000'000;
    edge::Log log(edge::stderr_log_writer(), {edge::LogLevel::warn, edge::LogFormat::text, {}});
    edge::Metrics metrics;
    whisprd::Meters meters(metrics);
    whisprd::IdentitySource identity(config, log);
    if (const auto why = identity.start(config)) return 1;
    whisprd::RateLimits limits(config.requests_per_minute, 0);
    whisprd::JoinGate joins(0);
    whisprd::UserSockets sockets(0);
    edge::SessionSink sink(1, edge::phoenix::PresenceLeaves::only_who_is_gone);
    whisprd::rpc::Streams streams(2);
    fed = &streams;
    whisprd::Neighbours neighbours(sink, &streams, nullptr, "whispr", log);
    auto engine = whispr::Engine::open(
        whispr::local_engine_options(whispr::make_memory_storage(whispr::make_system_clock())));
    if (!engine) return 1;
    whisprd::Health health(**engine, [] {});
    whisprd::Moderators moderators({}, {});
    whisprd::Service service{config,  **engine,   identity.authenticator(),
                             sink,    log,        meters,
                             health,  limits,     joins,
                             sockets, moderators, neighbours,
                             nullptr, nullptr,    nullptr,
                             "bench"};
    whisprd::rpc::Server server(service, streams);
    server.add({"bench.Bench", methods});
    if (const auto failed = server.start()) return 1;
    edge::TokenRequest token;
    token.user_id = "01890000-0000-7000-8000-00000000000a";
    std::printf("%d %s\n", static_cast<int>(server.port()),
                identity.dev_keys()->mint(token, std::chrono::system_clock::now()).c_str());
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
    server.stop(std::chrono::milliseconds(0));
    streams.stop();
    return 0;
}

}  // namespace bench_grpc
