// What a stream says, encoded.
#pragma once

#include <google/protobuf/message.h>

#include <string_view>

#include "grpc/pipe.hpp"
#include "whispr/events.hpp"
#include "whispr/v1/sync.pb.h"

namespace whisprd::rpc {

// Null for what nobody's devices are told.
[[nodiscard]] Chunk event_chunk(const whispr::Event& event);
[[nodiscard]] Chunk notice_chunk(std::string_view event, std::string_view payload);
[[nodiscard]] Chunk frame_chunk(const whispr::v1::Frame& frame);
// The answer to the command `id`, with the response in the field of the number `field`.
[[nodiscard]] Chunk answer_chunk(std::int64_t id, int field,
                                 const google::protobuf::MessageLite& response);
[[nodiscard]] Chunk refusal_chunk(std::int64_t id, const Failure& failure);

}  // namespace whisprd::rpc
