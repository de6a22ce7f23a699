// A bearer token: its parts, what it claims, and whether the claims hold. Pure: no key look-up, no
// clock, no cache (authenticator.hpp puts those together). Anything doubtful is refused with a
// reason, never guessed.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace edge {

// A longer token is refused unread.
inline constexpr std::size_t max_token_bytes = 8 * 1024;

// Why a request has no identity.
enum class Refusal : std::uint8_t {
    missing,          // no credentials were presented
    malformed,        // not an ES256 token of the form we accept
    unknown_key,      // its `kid` names no key we have
    bad_signature,    // the key is known, the signature is not its own
    expired,          // `exp` has passed
    not_yet_valid,    // `nbf` lies ahead
    wrong_audience,   // `aud` is present and is not ours
    wrong_issuer,     // `iss` is present and is not ours
    keys_not_loaded,  // we have no keys yet: a condition of ours, answered 503, never 401 or 403
};

// A word for logs and metrics, equal to the enumerator's name. Any thread.
[[nodiscard]] std::string_view name_of(Refusal refusal);

// Where a token is presented: a socket also takes short-lived tokens with audience `ws`.
enum class TokenUse : std::uint8_t { rest, socket };

// Who a request comes from.
struct Identity {
    std::string user_id;                                 // canonical lower-case UUID
    std::optional<std::string> device_id;                // as claimed, 1..128 printable ASCII bytes
    std::optional<std::chrono::sys_seconds> expires_at;  // none when a trusted proxy named the user
    bool operator==(const Identity&) const = default;
};

using Authentication = std::variant<Identity, Refusal>;

// What an acceptable token must say; an empty issuer or audience is not checked.
struct TokenRules {
    std::string issuer = "whispr-auth";
    std::string audience = "whispr";
    std::chrono::seconds leeway{30};  // for clocks that disagree, on `exp` and `nbf`
};

// The claims this service uses.
struct Claims {
    std::string user_id;
    std::optional<std::string> device_id;
    std::chrono::sys_seconds expires_at;
    std::optional<std::chrono::sys_seconds> not_before;
    std::optional<std::string> issuer;
    std::vector<std::string> audience;  // empty when absent
    bool has_audience = false;
};

// A token taken apart, its signature not checked yet.
struct ParsedToken {
    std::string_view signed_text;  // points into the token's text
    std::string signature;         // 64 bytes
    std::optional<std::string> key_id;
    Claims claims;
};

// Takes `text` apart: three strict base64url parts, `alg` exactly ES256, no `crit`, no duplicate
// key anywhere, a UUID in `sub`, an `exp`. The only refusals are missing and malformed. Any thread;
// never throws on bad input.
[[nodiscard]] std::variant<ParsedToken, Refusal> parse_token(std::string_view text);

// Whether the claims of a token whose signature was checked hold at `now`. Any thread.
[[nodiscard]] Authentication judge(const Claims& claims, const TokenRules& rules, TokenUse use,
                                   std::chrono::system_clock::time_point now);

}  // namespace edge
