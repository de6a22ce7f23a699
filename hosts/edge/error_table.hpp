// The one place where the engine's errors become wire forms: HTTP status and body, and the reason
// of a socket's error reply. Existing clients and tests read these words, and routes differ in
// them; what a route says differently is a short list beside it.
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

}  // namespace edge
