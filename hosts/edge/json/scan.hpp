// Looking through text eight bytes at a time.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace edge::json {

// How many of the eight bytes at `data` come before the first quote, backslash or control
// character; 8 when there is none. Requires: eight readable bytes.
[[nodiscard]] inline std::size_t plain_bytes(const char* data) {
    if constexpr (std::endian::native == std::endian::little) {
        constexpr std::uint64_t every_byte = 0x0101010101010101ULL;
        std::uint64_t word = 0;
        std::memcpy(&word, data, 8);
        const std::uint64_t quote = word ^ (every_byte * '"');
        const std::uint64_t backslash = word ^ (every_byte * '\\');
        // A byte's high bit is set where the byte is below what was subtracted. Borrows only reach
        // bytes above a hit, so the lowest bit is right, and only that one is used.
        const std::uint64_t hits =
            (((word - every_byte * 0x20) & ~word) | ((quote - every_byte) & ~quote) |
             ((backslash - every_byte) & ~backslash)) &
            (every_byte * 0x80);
        return hits == 0 ? 8 : static_cast<std::size_t>(std::countr_zero(hits)) / 8;
    } else {
        std::size_t count = 0;
        while (count < 8 && static_cast<unsigned char>(data[count]) >= 0x20 && data[count] != '"' &&
               data[count] != '\\') {
            ++count;
        }
        return count;
    }
}

}  // namespace edge::json
