// The floor: gRPC's callback API with typed messages, as generated code registers them, and nothing
// else: no token, no limits, no metrics.
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <cstdio>

#include "grpc/servers.hpp"
#include "whispr/v1/messages.pb.h"
#include "whispr/v1/sync.pb.h"

namespace bench_grpc {

namespace {

namespace v1 = whispr::v1;
using grpc::internal::RpcServiceMethod;

class Feeder final : public grpc::ServerWriteReactor<v1::ConnectResponse> {
 public:
    explicit Feeder(std::int32_t count) : left_(count) { next(); }
    void OnWriteDone(bool ok) override { ok ? next() : Finish(grpc::Status::CANCELLED); }
    void OnDone() override { delete this; }

 private:
    void next() {
        if (left_-- == 0) return Finish(grpc::Status::OK);
        response_.Clear();
        auto& notice = *response_.add_frames()->mutable_event()->mutable_notice();
        notice.set_event("bench");
        notice.set_payload(std::string(200, 'x'));
        StartWrite(&response_);
    }
    std::int32_t left_;
    v1::ConnectResponse response_;
};

class Bare final : public grpc::Service {
 public:
    Bare() {
        AddMethod(new RpcServiceMethod("/bench.Bench/Echo", RpcServiceMethod::NORMAL_RPC, nullptr));
        MarkMethodCallback(
            0, new grpc::internal::CallbackUnaryHandler<v1::SendMessageRequest,
                                                        v1::SendMessageResponse>(
                   [](grpc::CallbackServerContext* context, const v1::SendMessageRequest* request,
                      v1::SendMessageResponse* response) {
                       auto& message = *response->mutable_message();
                       message.set_conversation_id(request->conversation_id());
                       message.set_content(request->content());
                       auto* const reactor = context->DefaultReactor();
                       reactor->Finish(grpc::Status::OK);
                       return reactor;
                   }));
        AddMethod(
            new RpcServiceMethod("/bench.Bench/Feed", RpcServiceMethod::SERVER_STREAMING, nullptr));
        MarkMethodCallback(
            1, new grpc::internal::CallbackServerStreamingHandler<v1::ListConversationsRequest,
                                                                  v1::ConnectResponse>(
                   [](grpc::CallbackServerContext*, const v1::ListConversationsRequest* request) {
                       return new Feeder(request->limit());
                   }));
    }
};

}  // namespace

int serve_bare() {
    Bare service;
    int port = 0;
    grpc::ServerBuilder builder;
    builder.RegisterService(&service);
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    const auto server = builder.BuildAndStart();
    if (!server) return 1;
    std::printf("%d -\n", port);
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
    return 0;
}

}  // namespace bench_grpc
