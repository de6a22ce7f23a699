#include <catch2/catch.hpp>
#include <string>

#include "net/deflate.hpp"
#include "net/websocket_codec.hpp"
#include "support/client_frames.hpp"

using Kind = net::Incoming::Kind;

namespace {

struct Read {
    Kind kind;
    unsigned code;
    std::string reason;
};

Read read(std::string bytes) {
    net::FrameReader reader(1024, false);
    net::Compression compression;
    char* begin = bytes.data();
    const net::Incoming incoming = reader.next(begin, begin + bytes.size(), compression);
    return {incoming.kind, incoming.code, std::string(incoming.payload)};
}

}  // namespace

TEST_CASE("a close frame may have no code") {
    const Read got = read(test::client_frame({.opcode = 8}));
    CHECK(got.kind == Kind::close);
    CHECK(got.code == 1005);
}

TEST_CASE("close codes that may be sent are taken with their reason") {
    for (unsigned code : {1000U, 1001U, 1002U, 1003U, 1007U, 1008U, 1009U, 1010U, 1011U, 1012U,
                          1013U, 1014U, 3000U, 3999U, 4000U, 4999U}) {
        const Read got = read(test::close_frame(static_cast<std::uint16_t>(code), "bye"));
        CAPTURE(code);
        CHECK(got.kind == Kind::close);
        CHECK(got.code == code);
        CHECK(got.reason == "bye");
    }
}

TEST_CASE("bug: a good reason hid a bad close code") {
    for (unsigned code :
         {0U, 1U, 999U, 1004U, 1005U, 1006U, 1015U, 1016U, 2000U, 2999U, 5000U, 65535U}) {
        CAPTURE(code);
        for (const char* reason : {"", "a good reason"}) {
            const Read got = read(test::close_frame(static_cast<std::uint16_t>(code), reason));
            CHECK(got.kind == Kind::violation);
            CHECK(got.code == 1002);
        }
    }
}

TEST_CASE("half a close code is refused") {
    const Read got = read(test::client_frame({.opcode = 8, .payload = "\x03"}));
    CHECK(got.kind == Kind::violation);
    CHECK(got.code == 1002);
}

TEST_CASE("a close reason that is not UTF-8 is refused with 1007") {
    const Read got = read(test::close_frame(1000, "\xff"));
    CHECK(got.kind == Kind::violation);
    CHECK(got.code == 1007);
}

TEST_CASE(
    "our close frames hold the code and as much of the reason as fits, at a character's edge") {
    CHECK(net::make_close_frame(1000, "bye").view() == std::string_view("\x88\x05\x03\xe8"
                                                                        "bye",
                                                                        7));
    CHECK(net::make_close_frame(1005, "dropped").view() == std::string_view("\x88\x00", 2));
    std::string reason(122, 'x');
    reason += "\xe2\x82\xac";
    const net::BufferRef frame = net::make_close_frame(1013, reason);
    CHECK(frame.size() == 2 + 2 + 122);
    CHECK(frame.view().substr(4) == std::string(122, 'x'));
}
