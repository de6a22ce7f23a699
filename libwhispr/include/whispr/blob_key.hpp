// The name of stored bytes: their SHA-256. Equal bytes have one name, whoever stored them.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace whispr {

/// The 32 bytes of a SHA-256 in the order in which it is written.
struct BlobKey {
    std::array<std::uint8_t, 32> bytes{};

    /// Parses 64 hexadecimal digits, either case. Nothing for any other text.
    [[nodiscard]] static std::optional<BlobKey> parse(std::string_view text) noexcept;
    /// 64 lower-case hexadecimal digits.
    [[nodiscard]] std::string to_string() const;

    friend auto operator<=>(const BlobKey&, const BlobKey&) noexcept = default;
};

}  // namespace whispr
