// What PostgreSQL says went wrong, in the words of the storage port.
#pragma once

#include <string>
#include <string_view>

#include "whispr/error.hpp"

struct pg_result;

namespace whispr::postgres {

/// Of an answer that is not a success. Names no value of a row.
[[nodiscard]] Error failure(const pg_result* answer, std::string_view what, std::string_view place);
/// Of a connection that could not be opened or was lost.
[[nodiscard]] Error lost(std::string_view why, std::string_view what, std::string_view place);

/// Whether the connection is of no use any more: the server does not take writes now, or its tables
/// were changed under the statements that it holds.
[[nodiscard]] bool ends_session(const pg_result* answer) noexcept;
/// Whether it is the last that this connection has said. It may come from what is between us and
/// the server, and stand where an answer would have stood.
[[nodiscard]] bool is_farewell(const pg_result* answer) noexcept;

}  // namespace whispr::postgres
