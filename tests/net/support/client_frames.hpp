// Frames as a client sends them, right or wrong on purpose.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace test {

struct ClientFrame {
    unsigned opcode = 1;
    std::string_view payload{};
    bool fin = true;
    bool masked = true;
    unsigned rsv = 0;  // 4: RSV1, 2: RSV2, 1: RSV3
};

std::string client_frame(const ClientFrame& frame);
std::string text_frame(std::string_view payload);
std::string close_frame(std::uint16_t code, std::string_view reason);

// Raw deflate without the closing four bytes, as permessage-deflate has it.
std::string deflated(std::string_view bytes);

}  // namespace test
