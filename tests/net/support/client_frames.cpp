#include "support/client_frames.hpp"

#include <zlib.h>

#include <array>
#include <stdexcept>

namespace test {

std::string client_frame(const ClientFrame& frame) {
    std::string out;
    out += static_cast<char>((frame.fin ? 0x80U : 0U) | (frame.rsv << 4) | frame.opcode);
    const unsigned mask = frame.masked ? 0x80U : 0U;
    const std::size_t size = frame.payload.size();
    if (size < 126) {
        out += static_cast<char>(mask | size);
    } else if (size < 65536) {
        out += static_cast<char>(mask | 126U);
        out += static_cast<char>(size >> 8);
        out += static_cast<char>(size & 0xFF);
    } else {
        out += static_cast<char>(mask | 127U);
        for (int shift = 56; shift >= 0; shift -= 8)
            out += static_cast<char>((size >> shift) & 0xFF);
    }
    if (!frame.masked) return out.append(frame.payload);
    static constexpr std::array<char, 4> key{'\x37', '\xfa', '\x21', '\x3d'};
    out.append(key.data(), key.size());
    for (std::size_t i = 0; i < size; ++i)
        out += static_cast<char>(frame.payload[i] ^ key[i % 4]);
    return out;
}

std::string text_frame(std::string_view payload) {
    return client_frame({.payload = payload});
}

std::string close_frame(std::uint16_t code, std::string_view reason) {
    std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
    payload += reason;
    return client_frame({.opcode = 8, .payload = payload});
}

std::string deflated(std::string_view bytes) {
    z_stream stream{};
    if (deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::runtime_error("zlib");
    std::string out(deflateBound(&stream, bytes.size()) + 64, '\0');
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_SYNC_FLUSH);
    out.resize(out.size() - stream.avail_out - 4);
    deflateEnd(&stream);
    return out;
}

}  // namespace test
