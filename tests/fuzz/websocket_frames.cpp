#include <string>

#include "net/deflate.hpp"
#include "net/websocket_codec.hpp"
#include "target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t limit = 4'096;
    static net::Compression compression;
    for (const bool deflate : {false, true}) {
        std::string bytes(as_text(data, size));
        char* begin = bytes.data();
        char* const end = begin + bytes.size();
        net::FrameReader reader(limit, deflate);
        for (;;) {
            const char* const before = begin;
            const auto incoming = reader.next(begin, end, compression);
            must(begin >= before && begin <= end, "stays within its input");
            if (incoming.kind == net::Incoming::Kind::incomplete) {
                must(reader.wanted() > static_cast<std::size_t>(end - begin),
                     "wants more than it has");
                break;
            }
            if (incoming.kind == net::Incoming::Kind::violation) break;
            must(incoming.payload.size() <= limit, "a message is within its bound");
            if (incoming.kind == net::Incoming::Kind::close) break;
            must(begin > before, "moves on");
        }
    }
    return 0;
}
