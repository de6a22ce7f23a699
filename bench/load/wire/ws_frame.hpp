// WebSocket framing (RFC 6455 section 5) for tools that count frames: writes single-frame messages,
// recognises incoming frames in place without copying. No extension, no fragmentation: a fragmented
// message is reported as invalid, because a delivery would then be counted twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace load {

enum class WsOpcode : std::uint8_t { text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// The largest payload either tool accepts; a longer one is treated as invalid.
inline constexpr std::size_t max_ws_payload = 32U << 20U;

enum class WsScan { complete, partial, invalid };

/// One frame found at the beginning of a buffer. `header + payload` bytes belong to it.
struct WsFrame {
    WsOpcode opcode = WsOpcode::text;
    std::size_t header = 0;
    std::size_t payload = 0;
    bool masked = false;
    std::uint8_t key[4] = {0, 0, 0, 0};
};

/// Looks for a whole frame at the beginning of `in`. `frame` is meaningful only if the result is
/// `complete`.
[[nodiscard]] WsScan scan_ws_frame(std::string_view in, WsFrame& frame);

/// Applies the frame's masking key to its payload, in place. Does nothing if the frame is not
/// masked.
void unmask_ws_payload(char* payload, const WsFrame& frame);

/// Appends one unmasked frame, as a server sends it.
void append_server_frame(std::string& out, WsOpcode opcode, std::string_view payload);

/// Appends one masked frame, as a client must send it. The key is constant: nothing here needs
/// unpredictability.
void append_client_frame(std::string& out, WsOpcode opcode, std::string_view payload);

}  // namespace load
