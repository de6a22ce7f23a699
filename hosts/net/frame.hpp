// A WebSocket frame ready for the wire, built once and sent to any number of connections.
//
// The usual one is a single shared buffer: header and payload. A composed one has three parts, so
// that copies of one message for a thousand topics of equal length share everything but the few
// bytes that differ:
//
//     Frame shared = net::compose_text(R"([null,null,"user:)", 36, R"(","new_message",{...}])");
//     socket_a.send(shared.with_middle(net::Buffer::copy(user_a)));   // 36 bytes
#pragma once

#include <cstddef>
#include <string_view>

#include "net/buffer.hpp"

namespace net {

// Values; copying one adds one to the counts of its buffers. Never changed after it was built.
struct Frame {
    BufferRef head;    // begins with the frame header
    BufferRef middle;  // of a composed frame only
    BufferRef tail;    // of a composed frame only

    std::size_t size() const { return head.size() + middle.size() + tail.size(); }

    // The same frame with the part that differs filled in.
    // Requires: made by compose_text, and `differing` is exactly as long as was announced there.
    Frame with_middle(BufferRef differing) const { return {head, std::move(differing), tail}; }
};

// A text frame, unfragmented, unmasked, uncompressed. Requires: `payload` is valid UTF-8.
Frame make_text_frame(std::string_view payload);

// A binary frame.
Frame make_binary_frame(std::string_view payload);

// A text frame whose payload is `before`, then `middle_size` bytes still to come, then `after`. It
// must not be sent before with_middle() has completed it.
Frame compose_text(std::string_view before, std::size_t middle_size, std::string_view after);

}  // namespace net
