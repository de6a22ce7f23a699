#include "net/websocket_codec.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cstring>

// Before the extension's header, which does not include what it uses.
#include <websocketpp/http/parser.hpp>

#include <websocketpp/base64/base64.hpp>
#include <websocketpp/close.hpp>
#include <websocketpp/extensions/permessage_deflate/enabled.hpp>
#include <websocketpp/frame.hpp>
#include <websocketpp/sha1/sha1.hpp>
#include <websocketpp/utf8_validator.hpp>

#include "net/deflate.hpp"

namespace net {

namespace frame = websocketpp::frame;

namespace {

using Kind = Incoming::Kind;

constexpr std::size_t close_reason_limit = 123;
constexpr std::string_view handshake_guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

Incoming violation(std::uint16_t code, std::string_view why) {
    return {Kind::violation, code, why};
}
Incoming protocol_error(std::string_view why) {
    return violation(websocketpp::close::status::protocol_error, why);
}
Incoming not_utf8() {
    return violation(websocketpp::close::status::invalid_payload, "text is not UTF-8");
}
Incoming too_big() {
    return violation(websocketpp::close::status::message_too_big, "message too big");
}

bool is_utf8(std::string_view text) {
    return simdjson::validate_utf8(text.data(), text.size());
}

// Eight bytes at a time: most frames are a few hundred bytes, and this is most of what is done to
// them.
void unmask(char* bytes, std::size_t size, const char* key) {
    std::uint32_t word = 0;
    std::memcpy(&word, key, sizeof(word));
    const std::uint64_t twice = (std::uint64_t{word} << 32) | word;
    std::size_t i = 0;
    for (; i + 8 <= size; i += 8) {
        std::uint64_t chunk = 0;
        std::memcpy(&chunk, bytes + i, 8);
        chunk ^= twice;
        std::memcpy(bytes + i, &chunk, 8);
    }
    for (; i < size; ++i)
        bytes[i] = static_cast<char>(bytes[i] ^ key[i % 4]);
}

std::uint64_t big_endian(const char* bytes, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
        value = (value << 8) | static_cast<unsigned char>(bytes[i]);
    return value;
}

constexpr int smallest_window = 9;
constexpr int largest_window = 15;

// 8 to 15, or 0 for anything else.
int window_bits(std::string_view text) {
    if (text == "8" || text == "9") return text[0] - '0';
    if (text.size() == 2 && text[0] == '1' && text[1] >= '0' && text[1] <= '5')
        return 10 + text[1] - '0';
    return 0;
}

}  // namespace

FrameHeader::FrameHeader(Opcode opcode, std::uint64_t payload_size, bool compressed) {
    const unsigned first =
        frame::BHB0_FIN | (compressed ? frame::BHB0_RSV1 : 0U) | static_cast<unsigned>(opcode);
    bytes_[0] = static_cast<char>(first);
    std::size_t length_bytes = 0;
    if (payload_size <= frame::limits::payload_size_basic) {
        bytes_[1] = static_cast<char>(payload_size);
    } else if (payload_size <= frame::limits::payload_size_extended) {
        bytes_[1] = static_cast<char>(frame::payload_size_code_16bit);
        length_bytes = 2;
    } else {
        bytes_[1] = static_cast<char>(frame::payload_size_code_64bit);
        length_bytes = 8;
    }
    for (std::size_t i = 0; i < length_bytes; ++i) {
        bytes_[2 + i] = static_cast<char>(payload_size >> (8 * (length_bytes - 1 - i)));
    }
    size_ = 2 + length_bytes;
}

BufferRef make_control_frame(Opcode opcode, std::string_view payload) {
    payload = payload.substr(0, frame::limits::payload_size_basic);
    return Buffer::concat({FrameHeader(opcode, payload.size()).view(), payload});
}

BufferRef make_close_frame(std::uint16_t code, std::string_view reason) {
    if (!is_sendable_close_code(code)) return make_control_frame(Opcode::close, {});
    if (reason.size() > close_reason_limit) {
        std::size_t size = close_reason_limit;
        while (size > 0 && (static_cast<unsigned char>(reason[size]) & 0xC0U) == 0x80U)
            --size;
        reason = reason.substr(0, size);
    }
    std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
    payload += reason;
    return make_control_frame(Opcode::close, payload);
}

bool is_sendable_close_code(std::uint16_t code) {
    return !websocketpp::close::status::invalid(code) &&
           !websocketpp::close::status::reserved(code);
}

bool is_websocket_key(std::string_view key) {
    if (key.size() != 24 || key.substr(22) != "==") return false;
    return std::all_of(key.begin(), key.begin() + 22, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '+' || c == '/';
    });
}

std::string websocket_accept(std::string_view key) {
    std::string joined(key);
    joined += handshake_guid;
    std::array<unsigned char, 20> digest{};
    websocketpp::sha1::calc(joined.data(), joined.size(), digest.data());
    return websocketpp::base64_encode(digest.data(), digest.size());
}

DeflateAgreement negotiate_deflate(std::string_view offers) {
    struct Config {};
    using Extension = websocketpp::extensions::permessage_deflate::enabled<Config>;
    const std::string text(offers);
    websocketpp::http::parameter_list list;
    if (websocketpp::http::parser::extract_parameters(text.begin(), text.end(), list) ==
        text.begin())
        return {};
    for (auto& [name, attributes] : list) {
        if (name != "permessage-deflate") continue;
        DeflateAgreement agreement;
        agreement.window_bits = largest_window;
        const auto server_bits = attributes.find("server_max_window_bits");
        if (server_bits != attributes.end()) {
            // zlib cannot make a window of 2^8; websocketpp would promise it and use 2^9.
            agreement.window_bits = window_bits(server_bits->second);
            if (agreement.window_bits < smallest_window) continue;
        }
        // Ours can read any window the client chooses, so the answer need not name one.
        const auto client_bits = attributes.find("client_max_window_bits");
        if (client_bits != attributes.end()) {
            if (!client_bits->second.empty() && window_bits(client_bits->second) == 0) continue;
            attributes.erase(client_bits);
        }
        Extension extension;
        extension.enable_server_no_context_takeover();
        extension.enable_client_no_context_takeover();
        const auto [error, response] = extension.negotiate(attributes);
        if (error) continue;
        agreement.response = response;
        return agreement;
    }
    return {};
}

struct FrameReader::Header {
    bool fin;
    bool compressed;
    Opcode opcode;
    std::uint64_t size;
};

// A message of which fragments have arrived.
struct FrameReader::Message {
    Opcode opcode = Opcode::text;
    bool compressed = false;
    std::string bytes;
    websocketpp::utf8_validator::validator utf8;
};

FrameReader::FrameReader(std::size_t message_limit, bool deflate_agreed)
    : limit_(message_limit), deflate_(deflate_agreed) {}
FrameReader::FrameReader(FrameReader&&) noexcept = default;
FrameReader::~FrameReader() = default;

std::size_t FrameReader::held_by_message() const {
    return message_->bytes.size();
}

Incoming FrameReader::next(char*& begin, char* end, Compression& compression) {
    const auto have = static_cast<std::size_t>(end - begin);
    wanted_ = 2;
    if (have < wanted_) return {};
    const unsigned b0 = static_cast<unsigned char>(begin[0]);
    const unsigned b1 = static_cast<unsigned char>(begin[1]);
    const Header header_bits{(b0 & frame::BHB0_FIN) != 0, (b0 & frame::BHB0_RSV1) != 0,
                             static_cast<Opcode>(b0 & frame::BHB0_OPCODE),
                             b1 & frame::BHB1_PAYLOAD};
    Header header = header_bits;
    const bool control = (b0 & 0x08U) != 0;

    if ((b1 & frame::BHB1_MASK) == 0) return protocol_error("client frame is not masked");
    if ((b0 & (frame::BHB0_RSV2 | frame::BHB0_RSV3)) != 0)
        return protocol_error("reserved bit set");
    if (header.compressed && (!deflate_ || control || header.opcode == Opcode::continuation)) {
        return protocol_error("reserved bit set");
    }
    if ((b0 & 0x07U) > 2) return protocol_error("unknown opcode");
    if (control && (!header.fin || header.size > frame::limits::payload_size_basic)) {
        return protocol_error("control frame fragmented or too long");
    }
    if (!control && (header.opcode == Opcode::continuation) != (message_ != nullptr)) {
        return protocol_error(message_ != nullptr ? "message begins inside a message"
                                                  : "continuation of nothing");
    }

    std::size_t length_bytes = 0;
    if (header.size == frame::payload_size_code_16bit) length_bytes = 2;
    if (header.size == frame::payload_size_code_64bit) length_bytes = 8;
    wanted_ = 2 + length_bytes + 4;
    if (have < wanted_) return {};
    if (length_bytes != 0) {
        header.size = big_endian(begin + 2, length_bytes);
        const std::uint64_t shorter = length_bytes == 2 ? frame::limits::payload_size_basic
                                                        : frame::limits::payload_size_extended;
        if (header.size <= shorter) return protocol_error("length is not in its shortest form");
    }
    const std::size_t before = message_ != nullptr && !control ? message_->bytes.size() : 0;
    if (header.size > limit_ - before) return too_big();

    const auto size = static_cast<std::size_t>(header.size);
    char* payload = begin + wanted_;
    wanted_ += size;
    if (have < wanted_) return {};
    unmask(payload, size, payload - 4);
    begin += wanted_;
    const std::string_view bytes(payload, size);
    if (control) return take_control(header, bytes);
    if (message_ != nullptr || !header.fin) return take_fragment(header, bytes, compression);
    return take_whole(header, bytes, compression);
}

Incoming FrameReader::take_control(const Header& header, std::string_view payload) {
    if (header.opcode == Opcode::ping) return {Kind::ping, 0, payload};
    if (header.opcode == Opcode::pong) return {Kind::pong, 0, payload};
    if (payload.empty()) return {Kind::close, websocketpp::close::status::no_status, {}};
    if (payload.size() == 1) return protocol_error("close frame with half a code");
    const auto code = static_cast<std::uint16_t>(big_endian(payload.data(), 2));
    // The code is judged before the reason, and by itself: a good reason must not hide a bad code.
    if (!is_sendable_close_code(code)) return protocol_error("close code that may not be sent");
    if (!is_utf8(payload.substr(2))) return not_utf8();
    return {Kind::close, code, payload.substr(2)};
}

Incoming FrameReader::take_whole(const Header& header, std::string_view payload,
                                 Compression& compression) {
    if (header.compressed) {
        const auto outcome = compression.inflate(payload, limit_, payload);
        if (outcome == Compression::Outcome::too_big) return too_big();
        if (outcome == Compression::Outcome::malformed) {
            return violation(websocketpp::close::status::invalid_payload,
                             "message does not inflate");
        }
    }
    if (header.opcode == Opcode::binary) return {Kind::binary, 0, payload};
    if (!is_utf8(payload)) return not_utf8();
    return {Kind::text, 0, payload};
}

Incoming FrameReader::take_fragment(const Header& header, std::string_view payload,
                                    Compression& compression) {
    if (message_ == nullptr) {
        message_ = std::make_unique<Message>();
        message_->opcode = header.opcode;
        message_->compressed = header.compressed;
    }
    message_->bytes += payload;
    const bool plain_text = message_->opcode == Opcode::text && !message_->compressed;
    // Text is judged as it comes in, so that a bad beginning does not wait for its end.
    if (plain_text && !message_->utf8.decode(payload.begin(), payload.end())) return not_utf8();
    if (!header.fin) return {Kind::part, 0, {}};

    // The joined message must outlive this call and yet leave the reader ready for the next one, so
    // it moves into the thread's scratch space.
    const std::unique_ptr<Message> whole = std::move(message_);
    if (plain_text && !whole->utf8.complete()) return not_utf8();
    Header joined = header;
    joined.opcode = whole->opcode;
    joined.compressed = whole->compressed;
    if (joined.compressed) return take_whole(joined, whole->bytes, compression);
    const std::string_view kept = compression.keep(std::move(whole->bytes));
    return {joined.opcode == Opcode::text ? Kind::text : Kind::binary, 0, kept};
}

}  // namespace net
