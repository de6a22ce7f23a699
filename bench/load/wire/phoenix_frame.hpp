// The V2 text frame of Phoenix channels, [join_ref, ref, topic, event, payload]: split without
// parsing the payload, and built from parts that need no escaping (ids, numbers, plain text).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace load {

/// A frame's five parts. `payload` is raw JSON; a null ref is an empty view. Views point into the
/// frame.
struct PhoenixFrame {
    std::string_view join_ref;
    std::string_view ref;
    std::string_view topic;
    std::string_view event;
    std::string_view payload;

    /// Whether this is a reply whose status is "ok".
    [[nodiscard]] bool is_ok_reply() const;
    [[nodiscard]] bool is_reply() const { return event == "phx_reply"; }
};

/// Splits a frame; false if it does not have the five parts or one of the first four holds an
/// escape.
[[nodiscard]] bool split_phoenix(std::string_view text, PhoenixFrame& frame);

/// A push. `payload` must be JSON; the other parts are written as they are.
[[nodiscard]] std::string phoenix_push(std::string_view join_ref, std::uint64_t ref,
                                       std::string_view topic, std::string_view event,
                                       std::string_view payload);

[[nodiscard]] std::string phoenix_heartbeat();

/// The payload of a new message whose content is `content` (plain characters).
[[nodiscard]] std::string new_message_payload(std::string_view content,
                                              std::uint64_t client_random);

/// Reads a ref as a number; 0 if it is none.
[[nodiscard]] std::uint64_t ref_number(std::string_view ref);

}  // namespace load
