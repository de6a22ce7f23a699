// HTTP/1.1 in the little these tools need: find the end of a response in a buffer, read its status
// and body, write a request. Bodies are framed by Content-Length or by chunks.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace load {

/// The largest response accepted, head and body together.
inline constexpr std::size_t max_http_response = 64U << 20U;

/// The length of the whole response at the beginning of `in`; 0 if it is not complete yet.
/// Sets `invalid` if it can never become one.
[[nodiscard]] std::size_t http_response_length(std::string_view in, bool& invalid);

/// The length of a message head (request or response) with its empty line; 0 if it is not complete.
[[nodiscard]] std::size_t http_head_length(std::string_view in);

/// The value of a header in a head, without surrounding blanks; empty if absent. `name` must be
/// lower case.
[[nodiscard]] std::string_view http_header(std::string_view head, std::string_view name);

/// The status of a complete response, 0 if its first line is none.
[[nodiscard]] int http_status(std::string_view response);

/// The body of a complete response, chunks joined.
[[nodiscard]] std::string http_body(std::string_view response);

struct HttpRequest {
    std::string_view method;
    std::string target;
    std::string token;  ///< bearer token, or empty
    std::string body;   ///< JSON, or empty
};

/// A keep-alive request.
[[nodiscard]] std::string write_request(std::string_view host, const HttpRequest& request);

}  // namespace load
