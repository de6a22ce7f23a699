// Parts of a file that a client asks for (RFC 9110 §14).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whisprd::media {

struct ByteRange {
    std::uint64_t first = 0;
    std::uint64_t size = 0;

    friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

// What becomes of a Range header.
struct RangeRequest {
    enum class Kind {
        whole,  // there is none, it is not of bytes or malformed, or asks for too many parts
        parts,  // 206
        unsatisfiable,  // 416
    };
    Kind kind = Kind::whole;
    std::vector<ByteRange> parts;
};

// Of a file of so many bytes. Parts keep their order; those that overlap or touch are one.
[[nodiscard]] RangeRequest read_range(std::optional<std::string_view> header, std::uint64_t size);

// "bytes 0-9/100"
[[nodiscard]] std::string content_range(const ByteRange& range, std::uint64_t size);

// Whether an If-None-Match or If-Match names this (strong) tag, by weak comparison.
[[nodiscard]] bool names_tag(std::string_view header, std::string_view tag);

}  // namespace whisprd::media
