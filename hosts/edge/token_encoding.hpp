// The text forms tokens are made of: base64url without padding (RFC 7515 §2) and UUIDs.
// Both are strict: what has two spellings is refused, so that a token has exactly one text.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace edge {

// The bytes `text` stands for, or nothing when it holds a character outside the alphabet, padding,
// an impossible length or unused bits that are not zero. An empty text is zero bytes. Any thread.
[[nodiscard]] std::optional<std::string> base64url_decode(std::string_view text);

// `bytes` in base64url without padding. Any thread.
[[nodiscard]] std::string base64url_encode(std::string_view bytes);

// `text` in lower case when it is a UUID in its 36 character form, nothing otherwise. Any thread.
[[nodiscard]] std::optional<std::string> canonical_uuid(std::string_view text);

}  // namespace edge
