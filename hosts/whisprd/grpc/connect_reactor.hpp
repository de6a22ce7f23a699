// gRPC's side of a Connect stream.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "grpc/streams.hpp"

namespace whisprd::rpc {

// Begins a stream for who asks, or refuses it. The reactor ends by itself.
[[nodiscard]] grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* connect(
    Service& service, Streams& streams, grpc::CallbackServerContext& context);

}  // namespace whisprd::rpc
