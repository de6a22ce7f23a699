#include "net/frame.hpp"

#include "net/websocket_codec.hpp"

namespace net {

Frame make_text_frame(std::string_view payload) {
    const FrameHeader header(Opcode::text, payload.size());
    return {Buffer::concat({header.view(), payload}), {}, {}};
}

Frame make_binary_frame(std::string_view payload) {
    const FrameHeader header(Opcode::binary, payload.size());
    return {Buffer::concat({header.view(), payload}), {}, {}};
}

Frame compose_text(std::string_view before, std::size_t middle_size, std::string_view after) {
    const FrameHeader header(Opcode::text, before.size() + middle_size + after.size());
    return {Buffer::concat({header.view(), before}), {}, Buffer::copy(after)};
}

}  // namespace net
