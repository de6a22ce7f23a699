// An error as google.rpc.Status with its details.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "google/rpc/status.pb.h"
#include "whispr/error.hpp"

namespace whispr::codec {

/// What a caller is told of a failure.
struct Failure {
    int code = 13;         ///< gRPC's number
    std::string reason{};  ///< a word for programs, such as CONVERSATION_NOT_FOUND
    std::string text{};    ///< for people
    std::vector<FieldError> fields{};
    std::optional<std::chrono::milliseconds> retry_after{};
};

/// With ErrorInfo, BadRequest when there are fields, and RetryInfo when there is a delay. Any
/// thread.
[[nodiscard]] google::rpc::Status encode(const Failure& failure);

/// Reads it back; details that are missing or of another kind are left out. Any thread.
[[nodiscard]] Failure decode(const google::rpc::Status& status);

}  // namespace whispr::codec
