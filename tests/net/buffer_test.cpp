#include "net/buffer.hpp"

#include <catch2/catch.hpp>

#include "net/frame.hpp"
#include "net/task.hpp"

using net::Buffer;
using net::BufferRef;

TEST_CASE("a buffer holds a copy of its parts") {
    std::string first = "abc";
    const BufferRef buffer = Buffer::concat({first, "", "def"});
    first = "xyz";
    CHECK(buffer->view() == "abcdef");
    CHECK(buffer.size() == 6);
}

TEST_CASE("an adopted string is not copied") {
    std::string text(100, 'x');
    const char* bytes = text.data();
    const BufferRef buffer = Buffer::adopt(std::move(text));
    CHECK(buffer->data() == bytes);
    CHECK(buffer.size() == 100);
}

TEST_CASE("an adopted short string lives inside the buffer") {
    const BufferRef buffer = Buffer::adopt(std::string("short"));
    const BufferRef second = buffer;
    CHECK(second.view() == "short");
}

TEST_CASE("a buffer lives as long as one reference to it") {
    BufferRef first = Buffer::copy("kept");
    BufferRef second = first;
    first = BufferRef();
    CHECK_FALSE(first);
    CHECK(first.size() == 0);
    CHECK(second.view() == "kept");
    BufferRef third = std::move(second);
    CHECK(third.view() == "kept");
}

TEST_CASE("a text frame has the header of its length") {
    CHECK(net::make_text_frame("hi").head.view() == std::string_view("\x81\x02hi", 4));
    const std::string medium(126, 'm');
    CHECK(net::make_text_frame(medium).head.view() == std::string("\x81\x7e\x00\x7e", 4) + medium);
    const std::string large(65536, 'l');
    CHECK(net::make_text_frame(large).head.view() ==
          std::string("\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10) + large);
    CHECK(net::make_binary_frame("b").head.view() == std::string_view("\x82\x01"
                                                                      "b",
                                                                      3));
}

TEST_CASE("a composed frame shares head and tail and announces the whole length") {
    const net::Frame shared = net::compose_text("[\"user:", 3, "\"]");
    const net::Frame one = shared.with_middle(Buffer::copy("abc"));
    const net::Frame other = shared.with_middle(Buffer::copy("xyz"));
    CHECK(one.head->data() == other.head->data());
    CHECK(one.tail->data() == other.tail->data());
    CHECK(std::string(one.head.view()) + std::string(one.middle.view()) +
              std::string(one.tail.view()) ==
          "\x81\x0c[\"user:abc\"]");
    CHECK(one.size() == 14);
}

TEST_CASE("a task owns what it cannot copy, small or large") {
    int sum = 0;
    auto owned = std::make_unique<int>(40);
    net::Task small([&sum, owned = std::move(owned)] { sum += *owned; });
    net::Task moved = std::move(small);
    CHECK_FALSE(small);
    moved();
    std::array<int, 64> numbers{};
    numbers[63] = 2;
    net::Task large([&sum, numbers] { sum += numbers[63]; });
    small = std::move(large);
    small();
    CHECK(sum == 42);
}

TEST_CASE("a task that never runs destroys what it owns") {
    const auto shared = std::make_shared<int>(1);
    {
        net::Task task([shared] {});
        CHECK(shared.use_count() == 2);
    }
    CHECK(shared.use_count() == 1);
}
