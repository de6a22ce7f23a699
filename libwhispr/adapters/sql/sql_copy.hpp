// The copy of a store into another one; the public face is store_copy.hpp.
#pragma once

#include <span>

#include "connection.hpp"

namespace whispr::sql {

/// Rows that are read at once, on each side: a few megabytes, at worst a hundred.
inline constexpr std::size_t copied_page_rows = 500;

[[nodiscard]] std::span<const Statement* const> copy_statements() noexcept;

}  // namespace whispr::sql
