// What a client sends: one frame, taken apart.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "edge/json/document.hpp"
#include "edge/phoenix/dialect.hpp"

namespace edge::phoenix {

// Refs are whatever JSON the client chose and go back as they came; "null" when there is none. All
// views live as long as the document that the frame was read with.
struct ClientFrame {
    std::string_view join_ref = "null";
    std::string_view ref = "null";
    std::string_view topic;
    std::string_view event;
    json::Value payload;
    bool binary = false;  // the payload is bytes, which no event here takes
};

enum class FrameFault {
    none,
    malformed,   // but its ref was found, so it can be answered
    unreadable,  // nothing to answer to
};

struct DecodedFrame {
    FrameFault fault = FrameFault::unreadable;
    ClientFrame frame;
};

// Longer refs than these are no refs. A join_ref is kept as long as its channel, a ref as long as
// its push is under way.
inline constexpr std::size_t max_join_ref_bytes = 64;
inline constexpr std::size_t max_ref_bytes = 8 * 1024;

// A text frame. In the array form elements beyond the fifth are ignored.
[[nodiscard]] DecodedFrame decode_text(json::Document& document, std::string_view text,
                                       Dialect dialect);

// A binary push (V2 only): kind, lengths, join_ref, ref, topic, event, data. `storage` receives the
// refs' JSON form and must outlive the frame.
struct BinaryRefs {
    std::string join_ref;
    std::string ref;
};
[[nodiscard]] DecodedFrame decode_binary(std::span<const std::byte> bytes, Dialect dialect,
                                         BinaryRefs& storage);

}  // namespace edge::phoenix
