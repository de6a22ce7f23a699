#include "wire/ws_handshake.hpp"

#include <openssl/sha.h>

#include <array>
#include <cstdint>

namespace load {
namespace {

constexpr std::string_view plain_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encode(std::string_view bytes, std::string_view alphabet) {
    std::string out;
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const char c : bytes) {
        bits = (bits << 8U) | static_cast<std::uint8_t>(c);
        held += 8;
        while (held >= 6) {
            held -= 6;
            out.push_back(alphabet[(bits >> held) & 63U]);
        }
    }
    if (held != 0) out.push_back(alphabet[(bits << (6 - held)) & 63U]);
    return out;
}

}  // namespace

std::string base64(std::string_view bytes) {
    std::string out = encode(bytes, plain_alphabet);
    while (out.size() % 4 != 0) {
        out.push_back('=');
    }
    return out;
}

std::string base64url(std::string_view bytes) {
    return encode(bytes, url_alphabet);
}

std::string from_base64url(std::string_view text) {
    std::string out;
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const char c : text) {
        const std::size_t digit = url_alphabet.find(c);
        if (digit == std::string_view::npos) break;
        bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
        held += 6;
        if (held >= 8) {
            held -= 8;
            out.push_back(static_cast<char>((bits >> held) & 0xffU));
        }
    }
    return out;
}

std::string websocket_accept(std::string_view key) {
    std::string text(key);
    text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
    SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    return base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string upgrade_request(std::string_view host, std::string_view target) {
    std::string out = "GET ";
    out.append(target).append(" HTTP/1.1\r\nHost: ").append(host);
    out +=
        "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: d2hpc3ByLWxvYWQtdGVzdA==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    return out;
}

std::string upgrade_response(std::string_view key) {
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Accept: " +
           websocket_accept(key) + "\r\n\r\n";
}

}  // namespace load
