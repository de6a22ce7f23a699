// The opening handshake of a WebSocket (RFC 6455 section 4), both sides, as plain text.
#pragma once

#include <string>
#include <string_view>

namespace load {

/// The value of Sec-WebSocket-Accept for a client's key.
[[nodiscard]] std::string websocket_accept(std::string_view key);

/// The client's request. Every request carries the same key: the tools check the status line only.
[[nodiscard]] std::string upgrade_request(std::string_view host, std::string_view target);

/// The server's answer that completes the handshake.
[[nodiscard]] std::string upgrade_response(std::string_view key);

/// Base64 with padding.
[[nodiscard]] std::string base64(std::string_view bytes);

/// Base64 with the URL alphabet and without padding, as tokens use it.
[[nodiscard]] std::string base64url(std::string_view bytes);

/// The bytes behind base64url text; stops at the first character outside the alphabet.
[[nodiscard]] std::string from_base64url(std::string_view text);

}  // namespace load
