#include "wire/ws_frame.hpp"

#include <cstring>

namespace load {
namespace {

constexpr std::uint8_t client_key[4] = {0x37, 0xfa, 0x21, 0x3d};

void append_header(std::string& out, WsOpcode opcode, std::size_t size, bool masked) {
    const auto mask_bit = static_cast<unsigned>(masked ? 0x80U : 0U);
    out.push_back(static_cast<char>(0x80U | static_cast<unsigned>(opcode)));
    if (size < 126) {
        out.push_back(static_cast<char>(mask_bit | size));
        return;
    }
    const unsigned bytes = size <= 0xffff ? 2 : 8;
    out.push_back(static_cast<char>(mask_bit | (bytes == 2 ? 126U : 127U)));
    for (unsigned shift = bytes * 8; shift != 0; shift -= 8) {
        out.push_back(static_cast<char>((std::uint64_t{size} >> (shift - 8)) & 0xffU));
    }
}

void apply_mask(char* data, std::size_t size, const std::uint8_t (&key)[4]) {
    std::uint64_t wide = 0;
    for (unsigned i = 0; i < 8; ++i) {
        wide |= std::uint64_t{key[i % 4]} << (8 * i);
    }
    std::size_t i = 0;
    for (; i + 8 <= size; i += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, data + i, 8);
        word ^= wide;
        std::memcpy(data + i, &word, 8);
    }
    for (; i < size; ++i) {
        data[i] = static_cast<char>(static_cast<std::uint8_t>(data[i]) ^ key[i % 4]);
    }
}

bool is_known(unsigned opcode) {
    return opcode == 1 || opcode == 2 || (opcode >= 8 && opcode <= 10);
}

}  // namespace

WsScan scan_ws_frame(std::string_view in, WsFrame& frame) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(in[i]); };
    if (in.size() < 2) return WsScan::partial;
    // A frame that is not final or carries reserved bits belongs to what neither side negotiated.
    if ((byte(0) & 0xf0U) != 0x80U || !is_known(byte(0) & 0x0fU)) return WsScan::invalid;
    frame.opcode = static_cast<WsOpcode>(byte(0) & 0x0fU);
    frame.masked = (byte(1) & 0x80U) != 0;
    std::uint64_t size = byte(1) & 0x7fU;
    std::size_t header = 2;
    if (size >= 126) {
        const std::size_t wide = size == 126 ? 2 : 8;
        if (in.size() < header + wide) return WsScan::partial;
        size = 0;
        for (std::size_t i = 0; i < wide; ++i) {
            size = (size << 8U) | byte(header + i);
        }
        header += wide;
    }
    if (size > max_ws_payload) return WsScan::invalid;
    if (frame.masked) {
        if (in.size() < header + 4) return WsScan::partial;
        std::memcpy(frame.key, in.data() + header, 4);
        header += 4;
    }
    frame.header = header;
    frame.payload = static_cast<std::size_t>(size);
    return in.size() - header < frame.payload ? WsScan::partial : WsScan::complete;
}

void unmask_ws_payload(char* payload, const WsFrame& frame) {
    if (frame.masked) apply_mask(payload, frame.payload, frame.key);
}

void append_server_frame(std::string& out, WsOpcode opcode, std::string_view payload) {
    append_header(out, opcode, payload.size(), false);
    out.append(payload);
}

void append_client_frame(std::string& out, WsOpcode opcode, std::string_view payload) {
    append_header(out, opcode, payload.size(), true);
    for (const std::uint8_t k : client_key) {
        out.push_back(static_cast<char>(k));
    }
    const std::size_t at = out.size();
    out.append(payload);
    apply_mask(out.data() + at, payload.size(), client_key);
}

}  // namespace load
