// What SQLite's result codes mean to the storage port.
#pragma once

#include <string_view>

#include "whispr/error.hpp"

struct sqlite3;

namespace whispr::sqlite {

/// The connection's last failure, while doing `what` to the database at `path`. `code` is the
/// extended result code.
[[nodiscard]] Error failure(sqlite3* connection, int code, std::string_view what,
                            std::string_view path);

/// The same for a call of the operating system.
[[nodiscard]] Error system_failure(int error_number, std::string_view what, std::string_view path);

}  // namespace whispr::sqlite
