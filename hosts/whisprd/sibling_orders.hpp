// What sibling services may say to users' devices, whichever way they ask.
#pragma once

#include <cstddef>
#include <string_view>

namespace whisprd {

// A JSON object, as clients take it in one frame.
inline constexpr std::size_t sibling_payload_bytes = 64 * 1024;
// Why a user is signed out; it has to fit into a close frame.
inline constexpr std::size_t sign_out_reason_bytes = 100;

// Letters, digits, "_", "-", ":" and ".", at most 64 of them. Any thread.
[[nodiscard]] bool is_sibling_event(std::string_view name);
// Begins like the events that are ours: nobody else tells of messages, members and presence. Any
// thread.
[[nodiscard]] bool is_own_event(std::string_view name);

}  // namespace whisprd
