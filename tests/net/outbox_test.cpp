#include "net/outbox.hpp"

#include <catch2/catch.hpp>
#include <string>

using net::Buffer;
using net::Frame;
using net::Outbox;
using net::OutboxPool;

namespace {

Frame frame(std::string_view bytes) {
    return {Buffer::copy(bytes), {}, {}};
}

Frame composed(std::string_view head, std::string_view middle, std::string_view tail) {
    return {Buffer::copy(head), Buffer::copy(middle), Buffer::copy(tail)};
}

// Everything that waits, as the kernel would see it.
std::string waiting(const Outbox& outbox) {
    std::string out;
    iovec pieces[64];
    const int count = outbox.gather(pieces, 64);
    for (int i = 0; i < count; ++i)
        out.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
    return out;
}

constexpr std::size_t plenty = 1'000'000;

}  // namespace

TEST_CASE("what is pushed comes out in order") {
    OutboxPool pool;
    Outbox outbox;
    CHECK(outbox.empty());
    CHECK(outbox.push(frame("one"), plenty, pool));
    CHECK(outbox.push(composed("t", "w", "o"), plenty, pool));
    outbox.push(Buffer::copy("three"), pool);
    CHECK(waiting(outbox) == "onetwothree");
    CHECK(outbox.bytes() == 11);
}

TEST_CASE("a partial write goes on where it stopped, at every offset") {
    const std::string all = "headmiddletail-next";
    for (std::size_t first = 0; first <= all.size(); ++first) {
        for (std::size_t second = 0; second <= all.size() - first; ++second) {
            OutboxPool pool;
            Outbox outbox;
            outbox.push(composed("head", "middle", "tail"), plenty, pool);
            outbox.push(frame("-next"), plenty, pool);
            outbox.consume(first, pool);
            outbox.consume(second, pool);
            REQUIRE(waiting(outbox) == all.substr(first + second));
            REQUIRE(outbox.bytes() == all.size() - first - second);
        }
    }
}

TEST_CASE("a frame beyond the bound is refused whole") {
    OutboxPool pool;
    Outbox outbox;
    CHECK(outbox.push(frame("12345"), 10, pool));
    CHECK(outbox.push(frame("67890"), 10, pool));
    CHECK_FALSE(outbox.push(frame("x"), 10, pool));
    CHECK_FALSE(outbox.push(composed("x", "", ""), 10, pool));
    CHECK(waiting(outbox) == "1234567890");
    outbox.consume(1, pool);
    CHECK(outbox.push(frame("x"), 10, pool));
}

TEST_CASE("a frame larger than the bound is taken when nothing waits") {
    OutboxPool pool;
    Outbox outbox;
    CHECK(outbox.push(frame("a long one"), 3, pool));
    CHECK_FALSE(outbox.push(frame("y"), 3, pool));
}

TEST_CASE("one gather names at most so many pieces, and the next goes on behind them") {
    OutboxPool pool;
    Outbox outbox;
    for (int i = 0; i < 100; ++i)
        outbox.push(frame("ab"), plenty, pool);
    iovec pieces[64];
    CHECK(outbox.gather(pieces, 64) == 64);
    outbox.consume(128, pool);
    CHECK(outbox.gather(pieces, 64) == 36);
    CHECK(outbox.bytes() == 72);
}

TEST_CASE("empty parts leave no trace") {
    OutboxPool pool;
    Outbox outbox;
    CHECK(outbox.push(composed("head", "", "tail"), plenty, pool));
    CHECK(outbox.push(composed("", "only", ""), plenty, pool));
    CHECK(outbox.push(Frame{}, plenty, pool));
    outbox.push(net::BufferRef(), pool);
    CHECK(waiting(outbox) == "headtailonly");
    outbox.consume(12, pool);
    CHECK(outbox.empty());
    iovec pieces[4];
    CHECK(outbox.gather(pieces, 4) == 0);
}

TEST_CASE("dropping keeps a frame that has begun to leave, to its end") {
    OutboxPool pool;
    for (std::size_t written = 1; written < 14; ++written) {
        Outbox outbox;
        outbox.push(composed("head", "middle", "tail"), plenty, pool);
        outbox.push(frame("never sent"), plenty, pool);
        outbox.push(composed("nor", "this", "one"), plenty, pool);
        outbox.consume(written, pool);
        outbox.drop_unstarted(0, pool);
        REQUIRE(waiting(outbox) == std::string("headmiddletail").substr(written));
        REQUIRE(outbox.bytes() == 14 - written);
    }
}

TEST_CASE("dropping at a frame's edge keeps nothing") {
    OutboxPool pool;
    Outbox outbox;
    outbox.push(composed("head", "middle", "tail"), plenty, pool);
    outbox.push(frame("never sent"), plenty, pool);
    outbox.consume(14, pool);
    outbox.drop_unstarted(0, pool);
    CHECK(outbox.empty());
    outbox.push(frame("close"), plenty, pool);
    CHECK(waiting(outbox) == "close");
}

TEST_CASE("dropping keeps whole frames as far as the next write is bound to repeat") {
    OutboxPool pool;
    Outbox outbox;
    outbox.push(frame("one"), plenty, pool);
    outbox.push(composed("t", "w", "o"), plenty, pool);
    outbox.push(frame("three"), plenty, pool);
    outbox.drop_unstarted(4, pool);
    CHECK(waiting(outbox) == "onetwo");
    CHECK(outbox.bytes() == 6);
}

TEST_CASE("a queue that is never empty does not keep what has left") {
    OutboxPool pool;
    Outbox outbox;
    outbox.push(frame("first"), plenty, pool);
    std::string expected = "first";
    for (int i = 0; i < 2000; ++i) {
        outbox.push(frame("0123456789"), plenty, pool);
        expected += "0123456789";
        outbox.consume(9, pool);
        expected.erase(0, 9);
    }
    CHECK(outbox.bytes() == expected.size());
    std::string seen;
    while (!outbox.empty()) {
        const std::string part = waiting(outbox);
        seen += part;
        outbox.consume(part.size(), pool);
    }
    CHECK(seen == expected);
}

TEST_CASE("a queue over many chunks can be dropped anywhere") {
    for (std::size_t written : {0U, 1U, 10U, 15U, 25U, 29U, 30U, 31U, 100U, 119U}) {
        for (std::size_t pinned : {0U, 1U, 40U, 45U}) {
            OutboxPool pool;
            Outbox outbox;
            std::string all;
            for (int i = 0; i < 40; ++i) {
                outbox.push(composed("a", "b", "c"), plenty, pool);
                all += "abc";
            }
            outbox.consume(written, pool);
            outbox.drop_unstarted(pinned, pool);
            // The end of the frame in which the pinned bytes, or the written ones, end.
            const std::size_t end = std::min<std::size_t>((written + pinned + 2) / 3 * 3, 120);
            std::string left;
            while (!outbox.empty()) {
                const std::string part = waiting(outbox);
                left += part;
                outbox.consume(part.size(), pool);
            }
            REQUIRE(left == all.substr(written, end - written));
            outbox.push(frame("close"), plenty, pool);
            REQUIRE(waiting(outbox) == "close");
        }
    }
}

TEST_CASE("an emptied outbox gives its memory to the next") {
    OutboxPool pool;
    Outbox first;
    for (int i = 0; i < 40; ++i)
        first.push(frame("x"), plenty, pool);
    CHECK(pool.count() == 0);
    first.consume(40, pool);
    CHECK(pool.count() == 3);
    Outbox second;
    second.push(frame("y"), plenty, pool);
    CHECK(pool.count() == 3);
    second.push(frame("z"), plenty, pool);
    CHECK(pool.count() == 2);
}

TEST_CASE("an outbox that ends with its connection lets go of what waits") {
    OutboxPool pool;
    Frame kept = frame("kept");
    {
        Outbox outbox;
        for (int i = 0; i < 40; ++i)
            outbox.push(kept, plenty, pool);
    }
    CHECK(kept.head.view() == "kept");
}
