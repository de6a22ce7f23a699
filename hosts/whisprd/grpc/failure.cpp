#include "grpc/failure.hpp"

#include <algorithm>

namespace whisprd::rpc {

namespace {

constexpr std::chrono::milliseconds soon{1000};

std::string upper(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return result;
}

}  // namespace

Failure failure_of(const whispr::Error& error) {
    auto row = edge::grpc_error(error);
    Failure failure;
    failure.code = static_cast<int>(row.code);
    failure.reason = std::move(row.reason);
    failure.text = std::move(row.text);
    failure.fields = error.fields;
    if (row.retry_later) failure.retry_after = soon;
    return failure;
}

Failure failure(edge::GrpcCode code, std::string_view reason, std::string_view text) {
    return {static_cast<int>(code), std::string(reason), std::string(text), {}, std::nullopt};
}

Failure failure_of(edge::Refusal refusal) {
    if (refusal == edge::Refusal::keys_not_loaded) {
        Failure later = failure(edge::GrpcCode::unavailable, "KEYS_NOT_LOADED",
                                "the keys that tokens are checked with are not loaded yet");
        later.retry_after = soon;
        return later;
    }
    return failure(edge::GrpcCode::unauthenticated, "TOKEN_" + upper(edge::name_of(refusal)),
                   "the token was refused");
}

Failure too_fast(const RateLimit::Verdict& verdict) {
    Failure refused = failure(edge::GrpcCode::resource_exhausted, "RATE_LIMITED",
                              "the rate limit of this user is exceeded");
    refused.retry_after = verdict.retry_after;
    return refused;
}

bool is_ours(const Failure& failure) {
    const auto code = static_cast<edge::GrpcCode>(failure.code);
    return code == edge::GrpcCode::internal || code == edge::GrpcCode::unavailable ||
           code == edge::GrpcCode::unknown;
}

}  // namespace whisprd::rpc
