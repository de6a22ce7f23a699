// The one place where the engine's errors become wire forms: HTTP status and body, the reason of a
// socket's error reply, and gRPC's status. Existing clients and tests read these words, and routes
// differ in them; what a route says differently is a short list beside it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "whispr/error.hpp"

namespace edge {

struct HttpError {
    unsigned status = 500;
    std::string body{};        // JSON
    bool retry_later = false;  // to be answered with retry-after
};

// {"error":"<text>"} with this status.
struct HttpWording {
    whispr::Errc code;
    unsigned status;
    std::string_view text;
};

// How wrong fields are told.
enum class FieldErrors {
    validation_failed,  // {"error":"Validation failed","details":{field:[...]}}
    errors,             // {"errors":{field:[...]}}
    error,              // {"error":{field:[...]}}, with 400
};

struct HttpErrors {
    FieldErrors fields = FieldErrors::validation_failed;
    std::span<const HttpWording> wordings = {};  // before the table's own
};

[[nodiscard]] HttpError http_error(const whispr::Error& error, const HttpErrors& route);

// Errors that the host itself finds.
[[nodiscard]] HttpError plain_error(unsigned status, std::string_view text);
// {"errors":{"detail":"Not Found"}}
[[nodiscard]] HttpError framework_error(unsigned status);
// 503 `temporary_unavailable`.
[[nodiscard]] HttpError unavailable_error();

// The reason in a socket's error reply.
struct SocketWording {
    whispr::Errc code;
    std::string_view reason;
};

// Appends the response of an error reply: {"errors":{field:[...]}} or {"reason":"..."}.
void write_socket_error(std::string& out, const whispr::Error& error,
                        std::span<const SocketWording> wordings);
void write_socket_reason(std::string& out, std::string_view reason);

// gRPC's status codes, as far as they are used, with its numbers.
enum class GrpcCode {
    cancelled = 1,
    unknown = 2,
    invalid_argument = 3,
    deadline_exceeded = 4,
    not_found = 5,
    already_exists = 6,
    permission_denied = 7,
    resource_exhausted = 8,
    failed_precondition = 9,
    aborted = 10,
    unimplemented = 12,
    internal = 13,
    unavailable = 14,
    unauthenticated = 16,
};

struct GrpcError {
    GrpcCode code = GrpcCode::internal;
    std::string reason;        // ErrorInfo.reason: the error's name in capitals
    std::string text;          // for people
    bool retry_later = false;  // to be answered with RetryInfo
};

// `error.fields` are the caller's to add.
[[nodiscard]] GrpcError grpc_error(const whispr::Error& error);

}  // namespace edge
