// What gRPC clients are told of failures: the engine's, and those that the host finds.
#pragma once

#include <string_view>

#include "edge/error_table.hpp"
#include "edge/token.hpp"
#include "proto/codec/status.hpp"
#include "rate_limits.hpp"
#include "whispr/error.hpp"

namespace whisprd::rpc {

using whispr::codec::Failure;

// As the error table has it.
[[nodiscard]] Failure failure_of(const whispr::Error& error);
[[nodiscard]] Failure failure(edge::GrpcCode code, std::string_view reason, std::string_view text);
// UNAUTHENTICATED with the refusal's name, or UNAVAILABLE while there are no keys.
[[nodiscard]] Failure failure_of(edge::Refusal refusal);
[[nodiscard]] Failure too_fast(const RateLimit::Verdict& verdict);

// A failure of ours: for operators, not for the caller.
[[nodiscard]] bool is_ours(const Failure& failure);

}  // namespace whisprd::rpc
