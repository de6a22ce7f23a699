// The WebSocket protocol (RFC 6455, RFC 7692) as functions on bytes: no sockets, no time, no
// threads.
//
// websocketpp's parts without I/O stand behind this file and are included nowhere else.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/buffer.hpp"

namespace net {

class Compression;

enum class Opcode : std::uint8_t {
    continuation = 0,
    text = 1,
    binary = 2,
    close = 8,
    ping = 9,
    pong = 10
};

// The header of a frame from server to client: final, unmasked.
class FrameHeader {
 public:
    FrameHeader(Opcode opcode, std::uint64_t payload_size, bool compressed = false);
    std::string_view view() const { return {bytes_.data(), size_}; }

 private:
    std::array<char, 10> bytes_;
    std::size_t size_;
};

// A ping, pong or close frame. Requires: at most 125 bytes.
BufferRef make_control_frame(Opcode opcode, std::string_view payload);
// A close frame; code 1005 makes one without a code. The reason is cut to 123 bytes at a
// character's edge.
BufferRef make_close_frame(std::uint16_t code, std::string_view reason);
// May this code stand in a close frame? (Not 1004-1006, 1015, 1016-2999, below 1000, from 5000 on.)
bool is_sendable_close_code(std::uint16_t code);

// Is it the base64 form of 16 bytes?
bool is_websocket_key(std::string_view key);
// The value of Sec-WebSocket-Accept for it.
std::string websocket_accept(std::string_view key);

// What was agreed about permessage-deflate.
struct DeflateAgreement {
    int window_bits = 0;   // of what we send; 0: not agreed
    std::string response;  // value of Sec-WebSocket-Extensions, "" if not agreed
};
// Chooses from the client's Sec-WebSocket-Extensions (several headers joined by commas).
DeflateAgreement negotiate_deflate(std::string_view offers);

// What the reader found next.
struct Incoming {
    enum class Kind : std::uint8_t {
        incomplete,  // nothing whole; give the same bytes again, and more
        text,        // a message, checked to be UTF-8
        binary,
        ping,
        pong,
        close,      // code (1005: none) and payload: the reason, UTF-8
        violation,  // close with this code; payload says why. Nothing more can be read
        part,       // a fragment was taken in
    };
    Kind kind = Kind::incomplete;
    std::uint16_t code = 0;
    std::string_view payload;  // valid until the next call, and while the input is
};

// Turns bytes from a client into messages. Holds memory only between the fragments of a message.
class FrameReader {
 public:
    // `message_limit` is the size of a whole message, inflated.
    FrameReader(std::size_t message_limit, bool deflate_agreed);
    FrameReader(FrameReader&&) noexcept;
    ~FrameReader();

    // Looks at [begin, end), takes at most one frame, moves `begin` behind it. Payloads are
    // unmasked in place.
    Incoming next(char*& begin, char* end, Compression& compression);

    // After `incomplete`: how many bytes from `begin` on make the frame complete (at least, as far
    // as is known).
    std::size_t wanted() const { return wanted_; }
    // Bytes kept of a message whose last fragment has not come.
    std::size_t held() const { return message_ == nullptr ? 0 : held_by_message(); }

 private:
    struct Header;
    struct Message;

    std::size_t held_by_message() const;
    Incoming take_control(const Header& header, std::string_view payload);
    Incoming take_whole(const Header& header, std::string_view payload, Compression& compression);
    Incoming take_fragment(const Header& header, std::string_view payload,
                           Compression& compression);

    std::unique_ptr<Message> message_;
    std::size_t limit_;
    std::size_t wanted_ = 2;
    bool deflate_;
};

}  // namespace net
