// How a client's stream is begun, and what it shares with calls. Not for users of the client.
#pragma once

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include <memory>
#include <string>

#include "proto/client/client.hpp"

namespace whispr::client {

[[nodiscard]] std::unique_ptr<Stream> begin_stream(grpc::GenericStub& stub,
                                                   const std::string& authorization,
                                                   Stream::Handlers handlers);

[[nodiscard]] Failure failure_of(const grpc::Status& status);
[[nodiscard]] std::string bytes_of(const grpc::ByteBuffer& buffer);

}  // namespace whispr::client
