#include <catch2/catch.hpp>
#include <deque>
#include <string>
#include <vector>

#include "net/deflate.hpp"
#include "net/websocket_codec.hpp"
#include "support/client_frames.hpp"

using net::Incoming;
using Kind = net::Incoming::Kind;
using test::client_frame;
using test::text_frame;

namespace {

struct Seen {
    Kind kind;
    unsigned code;
    std::string payload;

    friend bool operator==(const Seen&, const Seen&) = default;
};

std::ostream& operator<<(std::ostream& out, const Seen& seen) {
    return out << "{kind " << static_cast<int>(seen.kind) << ", code " << seen.code << ", \""
               << seen.payload << "\"}";
}

// Feeds bytes in pieces of `step`, as a connection does: what was not used is given again with more
// behind it.
std::vector<Seen> read_all(const std::string& bytes, std::size_t step = std::string::npos,
                           bool deflate = false, std::size_t limit = 1024 * 1024) {
    net::FrameReader reader(limit, deflate);
    net::Compression compression;
    std::vector<Seen> seen;
    std::string pending;
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t size = std::min(step, bytes.size() - at);
        pending.append(bytes, at, size);
        at += size;
        char* begin = pending.data();
        char* const end = begin + pending.size();
        while (begin != end) {
            const Incoming incoming = reader.next(begin, end, compression);
            if (incoming.kind == Kind::incomplete) break;
            if (incoming.kind == Kind::part) continue;
            seen.push_back({incoming.kind, incoming.code,
                            incoming.kind == Kind::violation ? "" : std::string(incoming.payload)});
            if (incoming.kind == Kind::violation) return seen;
        }
        pending.erase(0, static_cast<std::size_t>(begin - pending.data()));
    }
    return seen;
}

Seen only(const std::vector<Seen>& seen) {
    REQUIRE(seen.size() == 1);
    return seen[0];
}

const Seen refused{Kind::violation, 1002, ""};
const Seen not_utf8{Kind::violation, 1007, ""};
const Seen too_big{Kind::violation, 1009, ""};

}  // namespace

TEST_CASE("text and binary frames of every length class are read") {
    for (std::size_t size : {0U, 1U, 7U, 8U, 9U, 125U, 126U, 127U, 65535U, 65536U, 70001U}) {
        const std::string payload(size, 'p');
        CHECK(only(read_all(text_frame(payload))) == Seen{Kind::text, 0, payload});
        CHECK(only(read_all(client_frame({.opcode = 2, .payload = payload}))) ==
              Seen{Kind::binary, 0, payload});
    }
}

TEST_CASE("frames arrive in any pieces") {
    const std::string bytes = text_frame("first") + client_frame({.opcode = 9, .payload = "ping"}) +
                              text_frame(std::string(300, 'x')) +
                              client_frame({.opcode = 10, .payload = ""});
    const std::vector<Seen> expected{{Kind::text, 0, "first"},
                                     {Kind::ping, 0, "ping"},
                                     {Kind::text, 0, std::string(300, 'x')},
                                     {Kind::pong, 0, ""}};
    for (std::size_t step : {1U, 2U, 3U, 5U, 7U, 13U, 100U, 10000U})
        CHECK(read_all(bytes, step) == expected);
}

TEST_CASE("the reader says how much it needs") {
    net::FrameReader reader(1024 * 1024, false);
    net::Compression compression;
    std::string bytes = text_frame(std::string(1000, 'x'));
    char* begin = bytes.data();
    CHECK(reader.next(begin, begin + 1, compression).kind == Kind::incomplete);
    CHECK(reader.wanted() == 2);
    CHECK(reader.next(begin, begin + 4, compression).kind == Kind::incomplete);
    CHECK(reader.wanted() == 8);
    CHECK(reader.next(begin, begin + 8, compression).kind == Kind::incomplete);
    CHECK(reader.wanted() == bytes.size());
    CHECK(begin == bytes.data());
}

TEST_CASE("fragments are joined, with control frames between them") {
    const std::string bytes = client_frame({.opcode = 1, .payload = "one ", .fin = false}) +
                              client_frame({.opcode = 9, .payload = "p"}) +
                              client_frame({.opcode = 0, .payload = "two ", .fin = false}) +
                              client_frame({.opcode = 0, .payload = "three"}) + text_frame("after");
    const std::vector<Seen> expected{
        {Kind::ping, 0, "p"}, {Kind::text, 0, "one two three"}, {Kind::text, 0, "after"}};
    CHECK(read_all(bytes) == expected);
    CHECK(read_all(bytes, 1) == expected);
}

TEST_CASE("a character may be cut by a fragment's edge") {
    const std::string euro = "\xe2\x82\xac";
    for (std::size_t cut = 0; cut <= euro.size(); ++cut) {
        const std::string bytes =
            client_frame({.opcode = 1, .payload = euro.substr(0, cut), .fin = false}) +
            client_frame({.opcode = 0, .payload = euro.substr(cut)});
        CHECK(only(read_all(bytes)) == Seen{Kind::text, 0, euro});
    }
}

TEST_CASE("text that is not UTF-8 is refused with 1007") {
    CHECK(only(read_all(text_frame("\xff"))) == not_utf8);
    CHECK(only(read_all(text_frame("\xed\xa0\x80"))) == not_utf8);
    CHECK(only(read_all(text_frame("\xf4\x90\x80\x80"))) == not_utf8);
    CHECK(only(read_all(text_frame("\xc0\xaf"))) == not_utf8);
    CHECK(only(read_all(text_frame("cut \xe2\x82"))) == not_utf8);
    CHECK(only(read_all(client_frame({.opcode = 2, .payload = "\xff"}))) ==
          Seen{Kind::binary, 0, "\xff"});
}

TEST_CASE(
    "a fragmented message that is not UTF-8 is refused at its first bad byte, or at its cut end") {
    CHECK(only(read_all(client_frame({.opcode = 1, .payload = "\xff", .fin = false}))) == not_utf8);
    CHECK(only(read_all(client_frame({.opcode = 1, .payload = "\xe2", .fin = false}) +
                        client_frame({.opcode = 0, .payload = "\x82"}))) == not_utf8);
}

TEST_CASE("what no client may send is refused with 1002") {
    CHECK(only(read_all(client_frame({.payload = "x", .masked = false}))) == refused);
    for (unsigned rsv : {1U, 2U, 4U, 7U})
        CHECK(only(read_all(client_frame({.payload = "x", .rsv = rsv}))) == refused);
    for (unsigned opcode : {3U, 4U, 5U, 6U, 7U, 11U, 12U, 13U, 14U, 15U}) {
        CHECK(only(read_all(client_frame({.opcode = opcode}))) == refused);
    }
    for (unsigned opcode : {8U, 9U, 10U}) {
        CHECK(only(read_all(client_frame({.opcode = opcode, .payload = std::string(126, 'x')}))) ==
              refused);
        CHECK(only(read_all(client_frame({.opcode = opcode, .fin = false}))) == refused);
    }
    CHECK(only(read_all(client_frame({.opcode = 0, .payload = "x"}))) == refused);
    CHECK(only(read_all(client_frame({.opcode = 1, .fin = false}) + text_frame("x"))) == refused);
}

TEST_CASE("a length that is not in its shortest form is refused") {
    CHECK(only(read_all(std::string("\x81\xfe\x00\x7d\0\0\0\0", 8))) == refused);
    CHECK(only(read_all(std::string("\x81\xff\0\0\0\0\0\0\xff\xff\0\0\0\0", 14))) == refused);
}

TEST_CASE("a message beyond the limit is refused from its header alone") {
    const std::string frame = text_frame(std::string(1001, 'x'));
    CHECK(only(read_all(frame.substr(0, 8), 1, false, 1000)) == too_big);
    CHECK(only(read_all(text_frame(std::string(1000, 'x')), 1, false, 1000)).kind == Kind::text);
    CHECK(only(read_all(std::string("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14))) ==
          too_big);
    CHECK(only(read_all(std::string("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14))) ==
          too_big);
}

TEST_CASE("fragments count together towards the limit") {
    const std::string part(600, 'x');
    const std::string bytes = client_frame({.opcode = 1, .payload = part, .fin = false}) +
                              client_frame({.opcode = 9, .payload = "p"}) +
                              client_frame({.opcode = 0, .payload = part, .fin = false});
    const std::vector<Seen> expected{{Kind::ping, 0, "p"}, too_big};
    CHECK(read_all(bytes, std::string::npos, false, 1000) == expected);
}

TEST_CASE("a compressed message is inflated, whole or in fragments") {
    const std::string text(5000, 'z');
    const std::string packed = test::deflated(text);
    CHECK(only(read_all(client_frame({.payload = packed, .rsv = 4}), 3, true)) ==
          Seen{Kind::text, 0, text});
    const std::string fragments =
        client_frame({.payload = packed.substr(0, 5), .fin = false, .rsv = 4}) +
        client_frame({.opcode = 0, .payload = packed.substr(5)});
    CHECK(only(read_all(fragments, std::string::npos, true)) == Seen{Kind::text, 0, text});
    const std::string twice =
        client_frame({.payload = packed, .rsv = 4}) + client_frame({.payload = packed, .rsv = 4});
    CHECK(read_all(twice, std::string::npos, true).size() == 2);
    CHECK(only(read_all(text_frame("plain"), 1, true)) == Seen{Kind::text, 0, "plain"});
}

TEST_CASE("compression that was not agreed on, or stands where it may not, is refused") {
    const std::string packed = test::deflated("hello");
    CHECK(only(read_all(client_frame({.payload = packed, .rsv = 4}))) == refused);
    CHECK(only(read_all(client_frame({.opcode = 9, .payload = "x", .rsv = 4}), 1, true)) ==
          refused);
    CHECK(only(read_all(client_frame({.payload = packed.substr(0, 2), .fin = false, .rsv = 4}) +
                            client_frame({.opcode = 0, .payload = packed.substr(2), .rsv = 4}),
                        100, true)) == refused);
}

TEST_CASE("a compressed message that does not inflate, or not to UTF-8, is refused with 1007") {
    CHECK(only(read_all(client_frame({.payload = "\xff\xff\xff garbage", .rsv = 4}), 100, true)) ==
          not_utf8);
    CHECK(only(read_all(client_frame({.payload = test::deflated("\xff"), .rsv = 4}), 100, true)) ==
          not_utf8);
}

TEST_CASE("a bomb is refused with 1009 however small it was") {
    const std::string bomb = test::deflated(std::string(64 * 1024 * 1024, '\0'));
    REQUIRE(bomb.size() < 100 * 1024);
    CHECK(only(read_all(client_frame({.payload = bomb, .rsv = 4}), std::string::npos, true)) ==
          too_big);
    CHECK(only(read_all(client_frame({.payload = bomb.substr(0, 100), .fin = false, .rsv = 4}) +
                            client_frame({.opcode = 0, .payload = bomb.substr(100)}),
                        std::string::npos, true)) == too_big);
}
