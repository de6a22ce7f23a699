// The two framings of Phoenix sockets: arrays (vsn 2.0.x) and objects (vsn 1.0.x).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace edge::phoenix {

enum class Dialect : std::uint8_t { v2, v1 };
inline constexpr std::array all_dialects{Dialect::v2, Dialect::v1};

[[nodiscard]] constexpr std::size_t index_of(Dialect dialect) {
    return static_cast<std::size_t>(dialect);
}

// The dialect that the `vsn` parameter asks for: without one the older; nothing for versions that
// are unknown or not versions.
[[nodiscard]] std::optional<Dialect> dialect_of(std::optional<std::string_view> vsn);

}  // namespace edge::phoenix
